import { grievances } from './phrases.js'
import { alphanumerics, digits, type Random } from './random.js'

/** A made-up mobile number: 1380000xxxx. */
export function drawPhone(random: Random): string {
  return `1380000${random.text(digits, 4)}`
}

export function drawOpenId(random: Random): string {
  return `oSandbox${random.text(alphanumerics, 20)}`
}

/** The subject chosen from a list, and the text the complainant wrote. */
export function drawWords(random: Random, detail: string | undefined): { subject: string; detail: string } {
  const grievance = random.pick(grievances)
  const words = random.pick(grievance.details)
  return { subject: grievance.subject, detail: detail ?? words }
}

/** An amount in fen: mostly small, sometimes large. */
export function drawFen(random: Random): number {
  return random.chance(0.1) ? random.int(100_000, 5_000_000) : random.int(1, 50_000)
}
