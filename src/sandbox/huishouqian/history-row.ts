import { beijingDigits } from '../time.js'
import type { SandboxHistoryEntry } from '../types.js'
import type { Step } from './history.js'
import { imageUrl } from './images.js'

/** One item of a history's `data`, members in alphabetical order as in the documentation's sample of a list. */
export function toStepRow(step: Step, baseUrl: string): Record<string, unknown> {
  const empty = step.emptyAs === 'null' ? null : undefined
  return {
    imageList: step.imageIds.length === 0 ? empty : step.imageIds.map((id) => imageUrl(id, baseUrl)),
    logId: step.id,
    operateDetails: step.text ?? empty,
    operateTime: beijingDigits(step.at),
    operateType: step.action,
    operator: step.operator,
  }
}

/** What a perfect client delivers. Images have no type, so their kind is the name of the field. */
export function toStepTruth(step: Step, baseUrl: string): SandboxHistoryEntry {
  return {
    id: step.id,
    at: new Date(step.at),
    operator: step.operator,
    action: step.action,
    text: step.text,
    media:
      step.imageIds.length === 0 ? [] : [{ kind: 'imageList', urls: step.imageIds.map((id) => imageUrl(id, baseUrl)) }],
  }
}
