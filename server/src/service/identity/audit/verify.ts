import type { AuditVerification } from '@aiops/contract/model/audit'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { isFault, messageOf } from '../../../kernel/fault.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { CheckpointLog } from '../../../port/audit-checkpoint.ts'
import type { AuditRepository } from '../../../port/record-store.ts'
import { checkChain } from './chain-check.ts'
import type { PublicKeys } from './checkpoint.ts'
import { CheckpointTally } from './checkpoint-check.ts'
import { Findings } from './findings.ts'

export type VerifyDeps = {
  chain: Pick<AuditRepository, 'links'>
  /** The log itself and its copies. */
  checkpoints: readonly CheckpointLog[]
  keys: PublicKeys
  /** The keys come from whoever asks: a checkpoint of another one counts as forged. */
  strict?: boolean
  clock: Clock
  /** Ends it early; it rejects with the reason then. */
  signal?: AbortSignal | undefined
}

/**
 * Whether the log is as it was written. The chain finds what was changed, taken out or moved by somebody who did not write all that follows
 * anew; the checkpoints find that, and an end that was cut off. Memory is that of one page, whatever the length; other work goes on beside it.
 */
export async function verifyAudit(deps: VerifyDeps): Promise<AuditVerification> {
  const { chain, keys, strict = false, clock, signal } = deps
  const startedMs = clock.monotonic()
  const turn = new Turn(clock)
  const findings = new Findings()
  const entries = await checkChain(chain, findings, turn, signal)
  const tally = new CheckpointTally({ chain, entries, keys, strict, turn, signal }, findings)
  const notices: string[] = []
  let unread = false
  for (const log of deps.checkpoints) {
    try {
      if (await log.exists()) await tally.take(log)
      else notices.push(`There are no checkpoints in ${log.name}.`)
    } catch (error) {
      if (!isFault(error) || signal?.aborted) throw error
      unread = true
      notices.push(messageOf(error))
    }
  }
  tally.finish()
  for (const [key, count] of tally.unknownKeys)
    notices.push(`Checkpoints by key ${key}, whose public key is not known here: ${count}; not tried.`)
  if (tally.torn > 0)
    notices.push(`Lines of checkpoints that were never written to their end: ${tally.torn}.`)
  const broken = findings.kept.length > 0
  const status = broken ? 'BROKEN' : tally.good > 0 && !unread ? 'WHOLE' : 'UNPROVEN'
  const goodTo = Math.min(tally.last?.sequence ?? 0, findings.first - 1)
  return {
    ...{
      status,
      entries,
      good_to: goodTo,
      first_bad: Number.isFinite(findings.first) ? findings.first : null,
    },
    sentence: sentenceOf(status, entries, goodTo, findings, tally),
    ...{ findings: findings.kept, findings_left_out: findings.leftOut },
    ...{
      checkpoints: tally.good,
      last_checkpoint: tally.last ?? null,
      not_sealed: entries - goodTo,
      notices,
    },
    verified_at: isoTime(clock.now()),
    seconds: (clock.monotonic() - startedMs) / 1_000,
  }
}

function sentenceOf(
  status: AuditVerification['status'],
  entries: number,
  goodTo: number,
  findings: Findings,
  { good, last }: CheckpointTally,
): string {
  const counted = entries === 1 ? '1 entry' : `${entries} entries`
  if (status === 'UNPROVEN')
    return `The links of ${counted} fit, but ${good > 0 ? 'not every' : 'no'} signed checkpoint could be tried: a log that was rewritten or cut off would look the same.`
  if (status === 'WHOLE' && entries === 0)
    return 'The audit log is whole: nothing has been written to it yet.'
  if (status === 'WHOLE' && (last?.sequence ?? 0) === 0)
    return `The links of ${counted} fit; the next checkpoint will be the first that covers any.`
  if (status === 'WHOLE')
    return `The audit log is whole: ${counted}, ${good === 1 ? '1 signed checkpoint' : `${good} signed checkpoints`}, the newest of entry ${last?.sequence ?? 0} on ${last?.time}.`
  const count = findings.kept.length + findings.leftOut
  const known =
    goodTo === 0 ? 'No checkpoint proves what stands before it.' : `Known to be good: entries 1 to ${goodTo}.`
  return `The audit log was tampered with: ${count === 1 ? findings.kept[0]?.sentence : `${count} findings${Number.isFinite(findings.first) ? `, the first at entry ${findings.first}` : ''}.`} ${known}`
}
