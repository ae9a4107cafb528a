import type {
  Decision,
  DecisionAction,
  DecisionState,
  DecisionTest,
  ScoreFactor,
} from '@aiops/contract/model/decision'
import type { Tone } from '../ui/badge.tsx'
import { formatCount, formatProbability } from '../ui/format.ts'

export const actionWord: Record<DecisionAction, string> = {
  MOVE: 'Move',
  RIGHT_SIZE: 'Right-size',
  CONSOLIDATE: 'Consolidate',
  SPOT: 'Spot',
  RECLAIM_IDLE: 'Reclaim idle',
  STAY: 'Stay',
}

export const stateLook: Record<DecisionState, { word: string; tone: Tone; means: string }> = {
  RECOMMENDED: { word: 'Recommended', tone: 'low', means: 'All tests passed; nobody has acted on it yet.' },
  HELD: { word: 'Held', tone: 'medium', means: 'There is a better option, but a test was not passed.' },
  STAYING: { word: 'Staying', tone: 'outline', means: 'It is best where it is.' },
  PROPOSED: { word: 'Proposed', tone: 'low', means: 'A deployment was opened for it.' },
  DONE: { word: 'Done', tone: 'ok', means: 'It was carried out.' },
  REVERTED: { word: 'Reverted', tone: 'high', means: 'It was carried out and taken back.' },
  DROPPED: { word: 'Dropped', tone: 'outline', means: 'Somebody said no.' },
}

export const factorWord: Record<ScoreFactor, string> = {
  COST: 'Cost',
  LATENCY: 'Latency',
  CREDITS: 'Credits',
  AVAILABILITY: 'Availability',
}

export const testWord: Record<DecisionTest['name'], string> = {
  BETTER_OPTION: 'Better option',
  CONFIDENCE: 'Confidence',
  SAVING_P10: 'Saving, low end',
  PAYBACK: 'Payback',
  REGRET: 'Regret so far',
  DWELL: 'Dwell time',
  COOLDOWN: 'Cooldown',
  RATE: 'Moves an hour',
  INCIDENT: 'No open incident',
  BUDGET: 'Budget',
  FRESH_TELEMETRY: 'Fresh telemetry',
  FRESH_PRICES: 'Fresh prices',
  KILL_SWITCH: 'Kill switch',
  OPEN_DEPLOYMENT: 'No open deployment',
}

export const confidenceMeaning = 'share of plausible weights and samples in which this option wins'

/** `aws → alibaba`, or where it stays. */
export function courseText({ action, from, to }: Pick<Decision, 'action' | 'from' | 'to'>): string {
  if (action === 'STAY' || to === null)
    return from === null ? 'nobody says where it runs' : `stays at ${from}`
  return from === null || from === to ? to : `${from} → ${to}`
}

/** A share of draws says something only where there was more than one option to draw for. */
export const wasCompared = ({ confidence, options }: Pick<Decision, 'confidence' | 'options'>): boolean =>
  confidence !== null && options.filter(({ excluded }) => excluded.length === 0).length > 1

/** What confidences like this were worth. Too few outcomes are no record. */
export const calibrationText = ({ outcomes, hit_rate }: Decision['calibration']): string =>
  hit_rate === null
    ? `not yet calibrated (n=${formatCount(outcomes)})`
    : `decisions this sure were right ${formatProbability(hit_rate)} of the time (n=${formatCount(outcomes)})`

/** The same tests where they were not passed, for a list. */
const againstWord: Record<DecisionTest['name'], string> = {
  BETTER_OPTION: 'No better option',
  CONFIDENCE: 'Too little confidence',
  SAVING_P10: 'May not save',
  PAYBACK: 'Payback too long',
  REGRET: 'Too early: little regret',
  DWELL: 'Moved lately',
  COOLDOWN: 'Cooldown',
  RATE: 'Too many moves',
  INCIDENT: 'Open incident',
  BUDGET: 'Budget',
  FRESH_TELEMETRY: 'Stale telemetry',
  FRESH_PRICES: 'Stale prices',
  KILL_SWITCH: 'Kill switch',
  OPEN_DEPLOYMENT: 'Open deployment',
}

/** What stands against it, for a list. Nothing stands against what stays. */
export const failedTests = ({ tests, action }: Pick<Decision, 'tests' | 'action'>): string[] =>
  (action === 'STAY' ? [] : tests).flatMap(({ name, passed }) =>
    passed || name === 'BETTER_OPTION' ? [] : [againstWord[name]],
  )

/** Whether a person may still open a deployment for it. */
export const isOpen = ({ state, action, hypothetical }: Decision): boolean =>
  !hypothetical && action !== 'STAY' && (state === 'RECOMMENDED' || state === 'HELD')
