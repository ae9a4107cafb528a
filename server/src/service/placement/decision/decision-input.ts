import type { Decision } from '@aiops/contract/model/decision'
import type { ProviderReading } from '@aiops/contract/model/provider'
import type { ServiceRules } from '../config.ts'
import type { Columns } from '../provider/window.ts'
import type { Regret } from './regret.ts'

/** One place where the service could be, with its window: columns of equal length for all candidates, oldest first, without gaps. */
export type Candidate = {
  reading: ProviderReading
  /** Seconds where the reading is too old to decide by; null: it is fresh. */
  staleSeconds: number | null
  /** By factor: cost, latency, credits, GPUs; null where one is not known of all candidates over the window. */
  columns: Columns
}

/** $ per GiB. */
export type EgressPrice = { gibUsd: number; source: string }

/** What stands around a decision: who moved lately, what is open, what is switched off. */
export type Guard = {
  /** When it was last proposed or refused for this service. */
  lastProposalMs: number | null
  /** Until when a person's no to a provider holds. */
  droppedUntilMs: Readonly<Record<string, number>>
  movesLastHour: number
  serviceMovesLastDay: number
  /** Names of open incidents of the service. */
  incidents: readonly string[]
  budgetFrozen: string | null
  prices: { fresh: boolean; detail: string }
  killSwitch: string | null
  openDeployment: string | null
}

export type DecisionInput = {
  service: string
  atMs: number
  seed: number
  current: string | null
  sinceMs: number | null
  candidates: readonly Candidate[]
  rules: ServiceRules
  /** Price of data that leaves where it runs, and who says so; none: that of the settings. */
  egress?: EgressPrice | undefined
  regret: Regret
  guard: Guard
  emergency: { signals: string[]; reason: string } | null
  /** Providers that are out: never a target. */
  out: ReadonlySet<string>
  hypothetical: boolean
  /** What confidences like this one were worth. */
  calibration(confidence: number | null): Decision['calibration']
}

/** A decision before it is kept. */
export type Verdict = Omit<Decision, 'id'>
