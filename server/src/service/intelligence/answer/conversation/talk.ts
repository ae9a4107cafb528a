import type { Intent } from '@aiops/contract/model/answer'
import { type Answerer, planned, type Situation } from '../answerer.ts'
import { DraftWriter } from '../draft.ts'
import { affectedNames, callId, knownIncidents, openIncidents, subjectOf } from '../subject.ts'
import { counted, listed } from '../words.ts'

/** What can be asked, by area, each with an example that works everywhere. */
const areas = [
  ['what is broken, and how a service, node, namespace or cluster is', 'What is broken?'],
  [
    'why something fails, its root cause and how certain that is',
    'What is the root cause of the latest incident?',
  ],
  ['alerts, silences, incidents and their timelines', 'Which alerts are firing?'],
  ['what changed, when it started, who owns it, what depends on it', 'What changed in the last two hours?'],
  [
    'metrics, logs and traces, now and over time, compared and ranked',
    'Which services have the highest error rate?',
  ],
  ['pods, nodes, workloads, events and findings inside clusters', 'Which pods are not running?'],
  ['GPUs, network functions and clock synchronisation', 'How are the GPUs?'],
  ['forecasts, runbooks, next steps and reports', 'When will a disk be full?'],
  ['what it costs, what could be saved, where a service should run', 'What do we spend?'],
  ['changes through Git, approvals, drift and the policy', 'Which changes wait for approval?'],
] as const
const examples = areas.map(([, example]) => example)

/** An answer rests on something even where nothing was asked about: what is open now. */
const look = [openIncidents, planned('list_alerts', { limit: 200 })]

function sayNow(writer: DraftWriter, found: Parameters<Answerer['compose']>[1]): void {
  const incidents = knownIncidents(found)
  const worst = incidents[0]
  const call = callId(found, 'list_incidents')
  if (worst)
    writer.say(
      `Now ${counted(incidents.length, 'incident')} ${incidents.length === 1 ? 'is' : 'are'} open; the worst is INC-${worst.incident.number}, which affects ${listed(affectedNames(worst.incident))}.`,
      [call, worst.record],
    )
  else if (found.output('list_incidents')) writer.say('No incident is open now.', call)
}

const anyCall = (found: Parameters<Answerer['compose']>[1]): string[] => found.calls.map(({ id }) => id)

/** GREETING: a greeting back, and how things stand. */
const greeting: Answerer = {
  intent: 'GREETING',
  plan: () => look,
  compose(_, found) {
    const writer = new DraftWriter()
    writer.headline(
      'Hello. Ask about incidents, alerts, metrics, logs, traces, changes or clusters.',
      anyCall(found),
    )
    sayNow(writer, found)
    return writer.suggest('What is broken?', 'Which alerts are firing?', 'What can you do?').draft
  },
}

/** HELP: what can be asked. */
const help: Answerer = {
  intent: 'HELP',
  plan: () => look,
  compose(_, found) {
    const writer = new DraftWriter()
    writer.headline(
      'I answer questions about what runs here from incidents, alerts, metrics, logs, traces, changes and clusters, and say what each answer rests on. Nothing is changed by asking: an action is proposed, and a person approves it.',
      anyCall(found),
    )
    for (const [area, example] of areas) writer.say(`Ask about ${area}: “${example}”`, anyCall(found))
    return writer.suggest(...examples.slice(0, 3)).draft
  },
}

/** REFUSED: what is no question about what runs here, or not to be told. */
const refused: Answerer = {
  intent: 'REFUSED',
  plan: () => look.slice(0, 1),
  compose(_, found) {
    const writer = new DraftWriter()
    writer.headline(
      'That is not something I do; I answer questions about the systems that are watched here.',
      anyCall(found),
    )
    return writer.outcome('UNANSWERABLE').suggest('What is broken?', 'What can you do?').draft
  },
}

/** How an intent is said back to somebody who may have meant it, as a question that can be asked. */
const readings: Partial<Record<Intent, (name: string | undefined) => string>> = {
  WHAT_IS_BROKEN: () => 'What is broken?',
  HEALTH: (name) => (name ? `Is ${name} healthy?` : 'What is broken?'),
  LIST_ALERTS: (name) => (name ? `Which alerts fire for ${name}?` : 'Which alerts are firing?'),
  COUNT_ALERTS: () => 'How many alerts are firing?',
  SILENCED_ALERTS: () => 'Which alerts are silenced?',
  LIST_INCIDENTS: () => 'Which incidents are open?',
  SHOW_INCIDENT: () => 'Show me the latest incident',
  WHY: (name) => (name ? `Why is ${name} failing?` : 'Why is it failing?'),
  ROOT_CAUSE: (name) =>
    `What is the root cause of ${name ? `the trouble of ${name}` : 'the latest incident'}?`,
  WHEN_STARTED: (name) => `When did ${name ?? 'the latest incident'} start to fail?`,
  TIMELINE: (name) => `Show the timeline of ${name ?? 'the latest incident'}`,
  WHAT_CHANGED: (name) => (name ? `What changed on ${name}?` : 'What changed in the last two hours?'),
  DEPENDENCIES: (name) => `What does ${name ?? 'a service'} depend on?`,
  BLAST_RADIUS: (name) => `What is the blast radius if ${name ?? 'a service'} goes down?`,
  OWNER: (name) => `Who owns ${name ?? 'a service'}?`,
  NEXT_STEPS: (name) => `What should I do about ${name ?? 'the latest incident'}?`,
  LIST_RUNBOOKS: () => 'Which runbooks do we have?',
  SHOW_LOGS: (name) => (name ? `Show the logs of ${name}` : 'Show the error logs'),
  LOG_PATTERNS: (name) => `What are the most frequent log patterns${name ? ` of ${name}` : ''}?`,
  METRIC_VALUE: (name) => `What is the p95 latency${name ? ` of ${name}` : ''}?`,
  METRIC_COURSE: (name) => `How did the latency${name ? ` of ${name}` : ''} develop over the last hour?`,
  TOP: () => 'Which services have the highest error rate?',
  TRACES: (name) => `Show slow traces${name ? ` of ${name}` : ''}`,
  ANOMALIES: (name) => (name ? `Is anything unusual about ${name}?` : 'Are there any anomalies?'),
  LIST_CLUSTERS: () => 'List our clusters',
  LIST_PODS: (name) => (name ? `List the pods of ${name}` : 'Which pods are not running?'),
  LIST_NODES: () => 'Which nodes are not ready?',
  LIST_FINDINGS: () => 'What has the platform found by itself?',
  GPU: () => 'How are the GPUs?',
  PTP: () => 'Is PTP in sync?',
  COST: (name) => (name ? `What does ${name} cost?` : 'What do we spend?'),
  PRICES: () => 'How old are our prices?',
  BUDGETS: () => 'Are we over budget?',
  SAVINGS: () => 'What could we save?',
  PLACEMENT: (name) => (name ? `Should ${name} move?` : 'Which services should move?'),
  DEPLOYMENTS: () => 'Which changes wait for approval?',
  DRIFT: () => 'Is there drift?',
  POLICY: () => 'What does the policy say?',
}

/** UNKNOWN: the likeliest readings to choose from, else what can be asked. */
const unknown: Answerer = {
  intent: 'UNKNOWN',
  plan: () => look.slice(0, 1),
  compose(situation: Situation, found) {
    const writer = new DraftWriter()
    const name = subjectOf(situation)?.name
    const meant = [
      ...new Set(situation.question.others.flatMap(({ intent }) => readings[intent]?.(name) ?? [])),
      ...(name ? [`Is ${name} healthy?`] : []),
    ].slice(0, 3)
    if (meant.length > 0) {
      writer.headline('I am not sure what you mean. One of these?', anyCall(found))
      for (const text of [...new Set(meant)]) writer.choice(text, text)
    } else {
      writer
        .headline(
          'I cannot answer that: nothing that is known here tells it, or it is said in words that I do not know. What can be asked:',
          anyCall(found),
        )
        .outcome('UNANSWERABLE')
      for (const [area, example] of areas.slice(0, 4))
        writer.say(`About ${area}: “${example}”`, anyCall(found))
    }
    return writer.suggest(...examples.slice(0, 3)).draft
  },
}

/** What is said beside answers. */
export const talkAnswerers: readonly Answerer[] = [greeting, help, refused, unknown]
