import type { AuditCheckpoint } from '@aiops/contract/model/audit'
import type { Turn } from '../../../kernel/turn.ts'
import { noHash } from '../../../port/audit-chain.ts'
import type { CheckpointLog } from '../../../port/audit-checkpoint.ts'
import type { AuditRepository } from '../../../port/record-store.ts'
import { checkSignature, type PublicKeys, readCheckpoint } from './checkpoint.ts'
import type { Findings } from './findings.ts'

export type CheckpointCheck = {
  chain: Pick<AuditRepository, 'links'>
  /** Number of the newest entry. */
  entries: number
  keys: PublicKeys
  /** The keys are all there are: a checkpoint of another one is forged. */
  strict: boolean
  turn: Turn
  signal: AbortSignal | undefined
}

/** What the checkpoints of all logs say of the chain. */
export class CheckpointTally {
  /** Whose signature is good and whose entry is there as it was. */
  good = 0
  /** The newest of them. */
  last: AuditCheckpoint | undefined
  unknownKeys = new Map<string, number>()
  torn = 0
  readonly #check: CheckpointCheck
  readonly #findings: Findings
  readonly #linksWrongFrom: number
  #beyond: AuditCheckpoint | undefined
  #differing: AuditCheckpoint | undefined
  constructor(check: CheckpointCheck, findings: Findings) {
    this.#check = check
    this.#findings = findings
    this.#linksWrongFrom = findings.first
  }

  async take(log: CheckpointLog): Promise<void> {
    const { turn, signal } = this.#check
    for await (const line of log.lines()) {
      signal?.throwIfAborted()
      if (turn.due()) await turn.give()
      const checkpoint = readCheckpoint(line)
      if (checkpoint) await this.#takeOne(checkpoint, log.name)
      // A write that a crash cut off has no end; what has one and is no checkpoint was made so.
      else if (line.trimEnd().endsWith('}'))
        this.#forged((this.last?.sequence ?? 0) + 1, `A line of ${log.name} is no checkpoint any more.`)
      else this.torn += 1
    }
  }

  /** To be called once all logs were taken. */
  finish(): void {
    const { entries } = this.#check
    if (this.#beyond)
      this.#findings.add({
        ...{ kind: 'TRUNCATED', sequence: entries + 1 },
        sentence: `The end is missing: there were ${this.#beyond.sequence} entries on ${this.#beyond.time}, says a signed checkpoint, and there are ${entries}.`,
      })
    // What is wrong at or before it already explains another hash.
    if (this.#differing && this.#differing.sequence < this.#linksWrongFrom) {
      const { sequence, time } = this.#differing
      const from = Math.min(this.last && this.last.sequence < sequence ? this.last.sequence + 1 : 1, sequence)
      this.#findings.add({
        ...{ kind: 'REWRITTEN', sequence: from },
        sentence: `Something from entry ${from} to ${sequence} was rewritten: the chain has another hash at ${sequence} than the signed checkpoint of ${time}.`,
      })
    }
  }

  async #takeOne(checkpoint: AuditCheckpoint, name: string): Promise<void> {
    const { chain, entries, keys, strict } = this.#check
    const { sequence, hash, key_id: keyId } = checkpoint
    const signature = checkSignature(keys, checkpoint)
    if (signature === 'FORGED')
      return this.#forged(sequence, `The checkpoint of entry ${sequence} in ${name} has a wrong signature.`)
    if (signature === 'UNKNOWN_KEY') {
      if (strict)
        this.#forged(sequence, `The checkpoint of entry ${sequence} in ${name} is of another key (${keyId}).`)
      else if (this.unknownKeys.size < 20 || this.unknownKeys.has(keyId))
        this.unknownKeys.set(keyId, (this.unknownKeys.get(keyId) ?? 0) + 1)
      return
    }
    const [link] = sequence === 0 ? [] : await chain.links(sequence - 1, 1)
    if (sequence > entries) {
      // Written while the chain was being walked: the next verification is about it.
      if (link?.sequence === sequence && link.hash === hash) return
      if (sequence > (this.#beyond?.sequence ?? 0)) this.#beyond = checkpoint
      return
    }
    // Where the entry itself is gone, its absence has been found.
    if (sequence > 0 && link?.sequence !== sequence) return
    if ((link?.hash ?? noHash) !== hash) {
      if (sequence < (this.#differing?.sequence ?? Number.POSITIVE_INFINITY)) this.#differing = checkpoint
      return
    }
    this.good += 1
    if (sequence < this.#linksWrongFrom && sequence >= (this.last?.sequence ?? 0)) this.last = checkpoint
  }

  #forged(sequence: number, sentence: string): void {
    this.#findings.add({ kind: 'CHECKPOINT_FORGED', sequence, sentence })
  }
}
