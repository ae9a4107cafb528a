import type { EntityRef, Intent } from '@aiops/contract/model/answer'

/** What else a question says, beside what it is about. Absent where it does not say. */
export type Slots = {
  /** Name of a metric that exists, or the family that words such as "memory" stand for. */
  metric?: MetricChoice
  severity?: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFO'
  /** How many are asked for: "top 5". */
  limit?: number
  /** TOP: all of them in one number, instead of one by one. */
  aggregate?: 'SUM' | 'MEAN'
  /** Those that have no trouble are asked for. */
  unaffected?: true
  /** METRIC_COURSE: whether it gets better or worse. */
  trend?: true
  /** TOP: most or fewest. */
  order?: 'MOST' | 'FEWEST'
  /** "how many" instead of "which". */
  count?: boolean
  /** HEALTH, IS_INVOLVED: it can be answered with yes or no. */
  yesNo?: boolean
  /** With `yesNo`: which state is asked about ("is it ok", "is it down"), so that trouble is a "no" only to the first. */
  askedState?: 'FINE' | 'TROUBLE'
  /** Down the calls (what it needs) or up (who needs it). */
  direction?: 'DOWN' | 'UP' | 'BOTH'
  /** Text to look for in logs. */
  logText?: string
  logLevel?: 'ERROR' | 'WARNING'
  /** What is compared with: another entity (the second of `entities`), or the time before something. */
  compareWith?: 'ENTITY' | 'BEFORE'
  /** A level that is asked about: "when does the disk reach 90 %". */
  threshold?: { value: number; unit: string }
  traceId?: string
  /** Only what is broken, restarting, slow, failing. */
  onlyProblems?: boolean
  /** ACT: what is asked for, as a verb: restart, scale, rollback, silence, delete, … */
  action?: string
  reportType?:
    | 'EXECUTIVE_SUMMARY'
    | 'DETAILED_ANALYSIS'
    | 'INCIDENT_REPORT'
    | 'CAPACITY_PLAN'
    | 'NOISE_AND_COST'
  reportFormat?: 'HTML' | 'PDF' | 'MARKDOWN' | 'JSON'
  /** SILENCED_ALERTS, ANOMALIES, LIST_INCIDENTS: those that are over too. */
  past?: boolean
  /** COST: of the time that is asked about, not of now. */
  period?: boolean
  workloadKind?: string
  eventReason?: string
  /** An alert's or finding's name, runbook, rule: what is named that is no entity. */
  named?: string
}

/** Metrics of one kind that exist, best first; `aspect` is the word it was chosen by. */
export type MetricChoice = {
  aspect:
    | 'LATENCY'
    | 'ERRORS'
    | 'TRAFFIC'
    | 'CPU'
    | 'MEMORY'
    | 'DISK'
    | 'NETWORK'
    | 'POOL'
    | 'LAG'
    | 'RESTARTS'
    | 'TEMPERATURE'
    | 'POWER'
    | 'UTILIZATION'
    | 'NAMED'
  /** Exact names of metrics, where the question holds one. */
  names: readonly string[]
  /** Of latency: 0.5, 0.95, 0.99, … */
  quantile?: number
  /** The word in the question. */
  text: string
}

export type QuestionTime = {
  startMs: number
  endMs: number
  /** How the question says it; '' where it says none and the default range is meant. */
  text: string
  /** One moment is asked for rather than a range: "at 14:05". */
  isMoment: boolean
  /** Why the range is not what was said: before what is kept, in the future. */
  notice?: string
  /** Nothing is kept of the whole time that was said. */
  outOfRange?: boolean
}

/** A question as it was read. */
export type Question = {
  /** As it was asked, cleaned of what is no text. */
  text: string
  intent: Intent
  /** 0..1; how well the words fit. */
  score: number
  /** The next best, for choices; best first. */
  others: readonly { intent: Intent; score: number }[]
  /** The intents lie so near that a person should say which is meant. */
  isUnsure: boolean
  /** What it names, in the order in which it does. */
  entities: readonly EntityRef[]
  /** Names that mean several things here. */
  ambiguous: readonly { text: string; choices: readonly EntityRef[] }[]
  /** What looks like a name and is known to nobody, with what is nearest. */
  unknown: readonly { text: string; nearest: readonly EntityRef[] }[]
  /** Words of matter that no rule saw, where the reading is weak: said to the reader. */
  unread?: readonly string[]
  /** What the question leaves out: "besides X". */
  except?: readonly EntityRef[]
  /** What else the same sentence asks, answered after it. */
  also?: readonly Question[]
  /** What customers may call something, and nothing here is called: the answer is of everything. */
  topics?: readonly string[]
  time: QuestionTime
  slots: Slots
  /** Entities or time came from the conversation. */
  isFollowUp: boolean
}

/** Something that a question can name, and the words it goes by. */
export type NamedThing = EntityRef & {
  /** Other spellings: `worker-3` is also `worker 3` and `worker3`; made by the linker, these are extra ones such as a display name. */
  aliases?: readonly string[]
}
