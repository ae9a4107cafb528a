import type { VerificationCheck } from '@aiops/contract/model/deployment'
import { durationMs } from '@aiops/contract/model/time'
import type { CheckConfig } from './config.ts'
import { type Drive, endAs, save } from './drive.ts'
import { beginRevert } from './ending.ts'

/** Looks in a row out of a limit that take a change back: one may be the noise of the change itself. */
const failedLooksMax = 2

/** What the checks read before anything is applied. */
export async function measure(drive: Drive): Promise<VerificationCheck[]> {
  return Promise.all(
    drive.config.checks.map(async (check) => ({
      ...{ name: check.name, query: queryOf(check, drive), limit: limitOf(check) },
      ...{ before: await read(drive, check), after: null, passed: null },
    })),
  )
}

/** VERIFYING → KEPT or REVERTING. What could not be read passes nothing and fails nothing, and is said. */
export async function verify(drive: Drive): Promise<void> {
  const { deps, config } = drive
  if (!drive.current.work.told) {
    await deps.applied(drive.current.tenant, drive.current.deployment, drive.current.work)
    await save(drive, { work: { told: true } }, { anyway: true })
  }
  const { deployment, work } = drive.current
  const nowMs = deps.clock.now()
  const untilMs = Date.parse(deployment.verify_until ?? '')
  if (deployment.reverts !== null) return endAs(drive, 'KEPT', 'Taken back; what was before runs again.')
  const verification = await Promise.all(
    deployment.verification.map(async (one) => {
      const check = config.checks.find(({ name }) => name === one.name)
      const after = check ? await read(drive, check) : null
      return { ...one, after, passed: check ? passedOf(check, one.before, after) : null }
    }),
  )
  const off = verification.filter(({ passed }) => passed === false)
  // Away from what is out or three times slower at a higher price is what the override was for; back again would be worse.
  const isPassed = (name: string): boolean =>
    deployment.override !== null && config.checks.find((check) => check.name === name)?.economic === true
  const failed = off.filter(({ name }) => !isPassed(name))
  const failedLooks = failed.length > 0 ? work.failedLooks + 1 : 0
  const dueMs = Math.min(nowMs + durationMs(config.verify_interval), Math.max(untilMs, nowMs + 1_000))
  await save(drive, { deployment: { verification }, work: { failedLooks, dueMs } }, { anyway: true })
  if (failedLooks >= failedLooksMax) {
    const what = failed
      .map(({ name, before, after }) => `${name} ${before} before, ${after} after`)
      .join('; ')
    return beginRevert(drive, `Out of its limits: ${what}.`)
  }
  if (nowMs < untilMs || failed.length > 0) return
  await endAs(drive, 'KEPT', keptBecause(verification))
}

function keptBecause(verification: readonly VerificationCheck[]): string {
  const off = verification.filter(({ passed }) => passed === false).map(({ name }) => name)
  if (off.length > 0) return `Kept, with ${off.join(', ')} out of its limit: an emergency passes it.`
  return verification.some(({ passed }) => passed === true)
    ? 'Kept: within its limits.'
    : 'Kept, but there was nothing to read of what should have been watched.'
}

/** A check out of its limit; null where a value is not there. */
export function passedOf(
  { increase_percent_max, floor }: CheckConfig,
  before: number | null,
  after: number | null,
): boolean | null {
  if (after === null) return null
  if (after <= floor) return true
  if (before === null) return null
  return after <= before * (1 + increase_percent_max / 100)
}

const limitOf = ({ increase_percent_max, floor }: CheckConfig): string =>
  `at most ${increase_percent_max} % more than before${floor > 0 ? `, or ${floor}` : ''}`

/** The name is written as the inside of a PromQL string. */
const queryOf = ({ query }: CheckConfig, { current }: Drive): string =>
  query.replaceAll('$service', () => JSON.stringify(current.deployment.service).slice(1, -1))

function read(drive: Drive, check: CheckConfig): Promise<number | null> {
  const { deps, current, signal } = drive
  return deps.query(current.tenant, queryOf(check, drive), deps.clock.now(), signal).catch(() => null)
}
