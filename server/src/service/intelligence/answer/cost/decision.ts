import type { Decision } from '@aiops/contract/model/decision'
import { hourlyText, intervalText, usdText } from '../../money-text.ts'
import type { Found, Situation } from '../answerer.ts'
import type { Cited, DraftWriter } from '../draft.ts'
import { messageText, plainText } from '../log/message-text.ts'
import { counted, durationText, listed, momentText, percentText, rounded } from '../words.ts'
import { providersOf, recordsOf } from './reading.ts'

/** What of a decision is asked for; the whole of it where nothing is. */
const aspects: readonly (readonly [RegExp, Aspect])[] = [
  [
    /\bflip|\bturn (?:it|the|this|that)\b|\bchange (?:its|your|the|that|this) (?:mind|decision|choice)|\bwhat would (?:change|make|it take)/i,
    'FLIPS',
  ],
  [/\bhow (?:sure|certain|confident)|\bconfiden|\bcertain|\bsure\b|\bcalibrat/i, 'CONFIDENCE'],
  [
    /\bagainst|\bin the way|\bhold(?:s|ing)? (?:it|back|up)|\bheld\b|\bwhy not\b|\bblock|\bnot (?:move|moved|moving)|\bstill\b|\bstay|\bprevent|\bstop(?:s|ped|ping)?\b/i,
    'AGAINST',
  ],
  [/\boutcome|\bcame? of|\bwas (?:it|that) right|\bpa(?:y|id) off|\bworth it|\brealis/i, 'OUTCOME'],
  [/\bsav|\bpayback|\bmoney|\bcost\b.*\b(?:move|migrat)|\bmigration/i, 'MONEY'],
]
type Aspect = 'FLIPS' | 'CONFIDENCE' | 'AGAINST' | 'OUTCOME' | 'MONEY'

/** One decision, what was asked of it first. */
export function sayDecision(writer: DraftWriter, situation: Situation, found: Found, as: string): void {
  const { decision } = found.output('get_cost_decision', as)!
  const [main] = recordsOf(found, 'get_cost_decision', 'DECISION', as)
  const asked = aspects.find(([words]) => words.test(situation.question.text))?.[1]
  const parts: Record<Aspect, () => readonly (readonly [string, Cited | readonly Cited[]])[]> = {
    FLIPS: () => flipsOf(decision, main),
    CONFIDENCE: () => confidenceOf(decision, main),
    AGAINST: () => againstOf(decision, recordsOf(found, 'get_cost_decision', 'TEST', as), main),
    OUTCOME: () =>
      outcomeOf(decision, recordsOf(found, 'get_cost_decision', 'OUTCOME', as)[0] ?? main, situation),
    MONEY: () => moneyOf(decision, recordsOf(found, 'get_cost_decision', 'ECONOMICS', as)[0] ?? main),
  }
  const service = plainText(decision.service)
  const finding = findingOf(decision)
  if (asked === undefined)
    writer.headline(`${service}: ${finding}, decided ${momentText(decision.at, situation.nowMs)}.`, main)
  else {
    for (const [text, cites] of parts[asked]().slice(0, 6)) writer.headline(text, cites)
    writer.say(`${service}: ${finding}, decided ${momentText(decision.at, situation.nowMs)}.`, main)
  }
  writer.say(messageText(decision.explanation, 800), main)
  sayOptions(writer, situation, found, as)
  const rest: Aspect[] =
    asked === undefined
      ? ['AGAINST', 'MONEY', 'CONFIDENCE', 'FLIPS']
      : asked === 'AGAINST'
        ? ['FLIPS']
        : ['AGAINST']
  for (const aspect of rest) for (const [text, cites] of parts[aspect]().slice(0, 4)) writer.say(text, cites)
  if (asked !== 'OUTCOME' && decision.outcome)
    for (const [text, cites] of parts.OUTCOME()) writer.say(text, cites)
  if (decision.state === 'RECOMMENDED' || decision.state === 'HELD')
    writer.step(
      'A person proposes it on the page of the decision: that opens a merge request, and nothing moves before it is approved and applied.',
      main,
    )
  if (decision.deployment_id) writer.suggest(`What became of deployment ${decision.deployment_id}?`)
  writer.suggest(
    `What would flip the decision about ${decision.service}?`,
    `How sure is the decision about ${decision.service}?`,
    `What is cheapest for ${decision.service}?`,
  )
}

function findingOf({ action, state, from, to, hypothetical }: Decision): string {
  const way = `${from ? ` from ${plainText(from)}` : ''}${to && to !== from ? ` to ${plainText(to)}` : ''}`
  const said =
    state === 'STAYING' || action === 'STAY'
      ? `it should stay${from ? ` at ${plainText(from)}` : ''}`
      : state === 'RECOMMENDED'
        ? `${wordOf(action)}${way} is recommended`
        : state === 'HELD'
          ? `${wordOf(action)}${way} would be better, and is held`
          : state === 'PROPOSED'
            ? `${wordOf(action)}${way} is proposed as a change through Git`
            : state === 'DONE'
              ? `${wordOf(action)}${way} was done`
              : `${wordOf(action)}${way} was ${state.toLowerCase()}`
  return hypothetical ? `${said}, on a what-if` : said
}

const wordOf = (action: Decision['action']): string =>
  ({
    MOVE: 'a move',
    RIGHT_SIZE: 'right-sizing',
    CONSOLIDATE: 'consolidation',
    SPOT: 'spot',
    RECLAIM_IDLE: 'taking back what idles',
    STAY: 'staying',
  })[action]

type Said = readonly (readonly [string, Cited | readonly Cited[]])[]

const flipsOf = ({ flips, service }: Decision, main: Cited): Said =>
  flips.length === 0
    ? [[`No single change is known that would flip the decision about ${plainText(service)}.`, main]]
    : flips.map((flip) => [`The decision about ${plainText(service)} ${messageText(flip, 300)}.`, main])

function confidenceOf({ confidence, calibration, to }: Decision, main: Cited): Said {
  const { outcomes, hit_rate } = calibration
  const worth =
    hit_rate === null
      ? `what such a confidence is worth is not known yet: ${counted(outcomes, 'outcome')} ${outcomes === 1 ? 'was' : 'were'} measured, and 30 are needed`
      : `such decisions were right in ${percentText(hit_rate)} of ${counted(outcomes, 'outcome')}`
  return confidence === null
    ? [[`There is no confidence: nothing was drawn, as there was no choice to make; ${worth}.`, main]]
    : [
        [
          `${to ? `${plainText(to)} wins` : 'It wins'} ${percentText(confidence)} of plausible weights and samples; ${worth}.`,
          main,
        ],
      ]
}

function againstOf({ tests, service }: Decision, records: readonly Cited[], main: Cited): Said {
  const failed = tests.flatMap((test, i) => (test.passed ? [] : [{ test, record: records[i] ?? main }]))
  if (failed.length === 0)
    return [
      [
        `Nothing stands against it: ${plainText(service)} passed ${counted(tests.length, 'test')}.`,
        [main, ...records],
      ],
    ]
  return [
    [
      `${counted(failed.length, 'test')} of ${tests.length} ${failed.length === 1 ? 'stands' : 'stand'} against moving ${plainText(service)}: ${listed(failed.map(({ test }) => test.name.toLowerCase().replaceAll('_', ' ')))}.`,
      [main, ...failed.map(({ record }) => record)],
    ],
    ...failed.map(
      ({ test, record }) =>
        [`${test.name}: ${messageText(test.detail, 300).replace(/\.$/, '')}.`, record] as const,
    ),
  ]
}

function moneyOf({ economics, service }: Decision, record: Cited): Said {
  if (!economics)
    return [
      [
        `What a move of ${plainText(service)} would save is not known: a price is missing, or there is nothing to move to.`,
        record,
      ],
    ]
  const { saving_usd, saving_hourly_usd: rate, migration_usd, horizon_hours, payback_hours } = economics
  return [
    [
      `It would save ${intervalText(rate, hourlyText)} once moved; the move itself costs ${usdText(migration_usd)}, so that ${durationText(horizon_hours * 3_600_000)} come to ${usdText(saving_usd.p50)}${payback_hours === null ? ', and it is never paid back' : `, paid back in ${durationText(payback_hours * 3_600_000)}`}.`,
      record,
    ],
  ]
}

function outcomeOf({ outcome, service, state }: Decision, record: Cited, { nowMs }: Situation): Said {
  if (!outcome)
    return [[`Nothing was measured of it yet: the decision about ${plainText(service)} is ${state}.`, record]]
  const { realised_usd: realised, measured_until, right, coverage } = outcome
  return [
    [
      `Since then it saved ${intervalText(realised, usdText)}, measured until ${momentText(measured_until, nowMs)} with both prices known for ${percentText(coverage)} of the time${right === null ? '' : right ? '; it was right so far' : '; it was wrong so far'}.`,
      record,
    ],
  ]
}

function sayOptions(writer: DraftWriter, situation: Situation, found: Found, as: string): void {
  const records = recordsOf(found, 'get_cost_decision', 'OPTION', as)
  const asked = providersOf(situation)
  for (const record of records.filter(({ fields }) => asked.includes(String(fields.provider)))) {
    const { provider, cost_hourly_usd: rate, latency_ms: latency, score, excluded } = record.fields
    writer.say(
      `${plainText(String(provider))}: ${typeof rate === 'number' ? hourlyText(rate) : 'rate not told'}, ${typeof latency === 'number' ? `${Math.round(latency)} ms` : 'latency not told'}, ${typeof score === 'number' ? `score ${rounded(score)}` : 'no score'}${excluded ? `; excluded: ${messageText(String(excluded), 300)}` : ''}.`,
      record,
    )
  }
  for (const name of asked)
    if (!records.some(({ fields }) => fields.provider === name))
      writer.caveat(
        `${plainText(name)} was no option: nobody told what it offers for it then.`,
        recordsOf(found, 'get_cost_decision', 'DECISION', as)[0],
      )
  writer.table(
    `Options for ${String(found.output('get_cost_decision', as)?.decision.service)}`,
    [
      { key: 'provider', title: 'Provider' },
      { key: 'cost_hourly_usd', title: 'USD/h', numeric: true },
      { key: 'latency_ms', title: 'Latency, ms', numeric: true },
      { key: 'score', title: 'Score', numeric: true },
      { key: 'excluded', title: 'Excluded' },
    ],
    records.map((record) => ({
      cells: Object.fromEntries(
        ['provider', 'cost_hourly_usd', 'latency_ms', 'score', 'excluded'].map((key) => [
          key,
          record.fields[key] ?? null,
        ]),
      ),
      cites: record,
    })),
    20,
  )
}
