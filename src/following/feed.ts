import { createAlarm } from '../async/alarm.js'
import { createSemaphore } from '../async/semaphore.js'
import { ComplaintError } from '../errors.js'
import type { Complaint, ComplaintRef } from '../model.js'
import type { AccountRun, FollowedAccount } from './account-run.js'
import { createFailures, passSettings } from './failures.js'
import { createChanges, type Iteration } from './iteration.js'
import { createNotified } from './notified.js'
import { isFinal, readAccount } from './pass.js'
import { afterFailure, afterSuccess, depthOf, firstSchedule, type Pace, type Schedule } from './schedule.js'
import type { FollowSettings } from './settings.js'
import type { ComplaintFeed, FollowOptions } from './types.js'

/** One account in the plan of a feed. */
interface Planned<C extends Complaint> {
  readonly run: AccountRun<C>
  schedule: Schedule
  isReading: boolean
}

/** The list of the client's accounts is used for so long before it is made again. */
const accountsLastMs = 1_000
/** The longest wait: an account that was added is found after it. */
const maxWaitMs = 60_000

/** Milliseconds of a clock that only goes forward: an account would not be read while the host's clock is set back. */
const elapsed = (): number => performance.now()

/** Pass after pass over all accounts; see `ComplaintClient.follow`. */
export function createFeed<C extends Complaint>(
  settings: FollowSettings<C, FollowOptions>,
  pace: Pace,
  checkRef: (ref: ComplaintRef) => void,
): ComplaintFeed<C> {
  const { options, maxAccounts, lookBackDays } = settings
  const notified = createNotified()

  const produce = async ({ offer, signal, storeSignal }: Iteration<C>): Promise<void> => {
    const failures = createFailures(options)
    const readers = createSemaphore(maxAccounts)
    const alarm = createAlarm()
    const planned = new Map<string, Planned<C>>()
    const working = new Set<Promise<void>>()
    let accounts: readonly FollowedAccount<C>[] = []
    let accountsAt = Number.NEGATIVE_INFINITY
    let fatal: { readonly error: unknown } | null = null

    const planOf = (account: FollowedAccount<C>): Planned<C> => {
      const known = planned.get(account.key)
      if (known?.run.account === account) return known
      const run = settings.startRun(account, storeSignal)
      const plan = { run, schedule: firstSchedule(elapsed()), isReading: false }
      planned.set(account.key, plan)
      return plan
    }
    const start = (work: Promise<void>): void => {
      const settled = work
        .catch((error: unknown) => {
          fatal ??= { error }
        })
        .finally(() => {
          working.delete(settled)
          alarm.ring()
        })
      working.add(settled)
    }
    const pass = async (plan: Planned<C>): Promise<void> => {
      const release = await readers.acquire(signal)
      const depth = depthOf(plan.schedule, elapsed())
      try {
        const { dueWithinMs } = options
        const reported = passSettings({ lookBackDays, dueWithinMs }, failures, plan.run.account, signal)
        await readAccount(plan.run, depth, reported, offer, signal)
        plan.schedule = afterSuccess(plan.schedule, depth, elapsed(), pace)
      } catch (error) {
        const failure = await failures.account(plan.run.account, error, signal)
        plan.schedule = afterFailure(plan.schedule, elapsed(), pace, retryAfterOf(failure))
      } finally {
        plan.isReading = false
        release()
      }
    }
    const readNotified = async (ref: ComplaintRef, plan: Planned<C>): Promise<void> => {
      const { account } = plan.run
      try {
        const complaint = await account.get(ref.id, signal)
        plan.run.version += 1
        const row = { complaint, version: plan.run.version, isNotified: true }
        if (account.includes(complaint)) await offer(plan.run, [row])
        notified.done(ref)
      } catch (error) {
        const isUnknown = ComplaintError.isInstance(error) && error.code === 'NOT_FOUND'
        if (isUnknown && !signal.aborted) return notified.done(ref)
        const failure = await failures.account(account, error, signal)
        if (isFinal(failure)) return notified.done(ref)
        // An account that fails is read less often, and so are its notified complaints.
        const earliest = elapsed() + Math.max(pace.everyMs, retryAfterOf(failure) ?? 0)
        notified.again(ref, Math.max(earliest, plan.schedule.nextAt))
      }
    }

    const leave = notified.listen(() => alarm.ring())
    try {
      for (;;) {
        signal.throwIfAborted()
        if (fatal !== null) throw (fatal as { readonly error: unknown }).error
        const now = elapsed()
        let nextAt = now + maxWaitMs
        if (now - accountsAt >= accountsLastMs) {
          accounts = settings.accounts()
          accountsAt = now
        }
        for (const account of accounts) {
          const plan = planOf(account)
          if (plan.isReading) continue
          if (plan.schedule.nextAt <= now) {
            plan.isReading = true
            start(pass(plan))
          } else nextAt = Math.min(nextAt, plan.schedule.nextAt)
        }
        const { refs, nextAt: notifiedAt } = notified.take(now)
        for (const ref of refs) {
          const isOfRef = ({ info }: FollowedAccount<C>): boolean =>
            info.provider === ref.provider && info.account === ref.account
          const account = settings.accounts().find(isOfRef)
          if (account === undefined) notified.done(ref)
          else start(readNotified(ref, planOf(account)))
        }
        await alarm.wait(Math.min(nextAt, notifiedAt) - now, signal)
      }
    } finally {
      leave()
      await Promise.all(working)
    }
  }

  return {
    ...createChanges(options, produce),
    notify(ref) {
      checkRef(ref)
      notified.add(ref)
    },
  }
}

function retryAfterOf(error: ComplaintError): number | null {
  const { retryAfterMs } = error as { retryAfterMs?: number | null }
  return retryAfterMs ?? null
}
