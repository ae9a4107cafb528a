import type { Found, Situation } from '../answerer.ts'
import { DraftWriter } from '../draft.ts'
import { callId } from '../subject.ts'
import type { MetricReading } from './metric-reading.ts'
import { subjectText } from './metric-reading.ts'

const aspectNames: Readonly<Record<MetricReading['aspect'], string>> = {
  LATENCY: 'latency',
  ERRORS: 'errors',
  TRAFFIC: 'requests',
  CPU: 'CPU',
  MEMORY: 'memory',
  DISK: 'disk space',
  NETWORK: 'network traffic',
  POOL: 'connections',
  LAG: 'lag',
  RESTARTS: 'restarts',
  TEMPERATURE: 'temperature',
  POWER: 'power',
  UTILIZATION: 'utilisation',
  NAMED: 'that',
}
export const aspectName = ({ aspect, names, words }: MetricReading): string =>
  aspect === 'NAMED' ? (names[0] ?? words.join(' ')) : aspectNames[aspect]

/** What can be asked where no measure was said. */
function measuresOf({ question: { intent } }: Situation, of: string): readonly string[] {
  if (intent === 'TOP')
    return [
      ...['Which services have the highest error rate?', 'Which services are the slowest?'],
      'Which services use the most CPU?',
    ]
  return of === ''
    ? ['Which services have the highest error rate?', 'Which metrics do we have about latency?']
    : [
        `What is the p95 latency of ${of}?`,
        `What is the error rate of ${of}?`,
        `What is the memory of ${of}?`,
      ]
}

/** What to say where no metric tells of it: who could not be asked, else that there is none. */
export function nothingFound(
  situation: Situation,
  found: Found,
  reading: MetricReading,
  as?: string,
): DraftWriter {
  const writer = new DraftWriter().outcome('UNANSWERABLE')
  const outcome = found.of('find_metrics', as)
  const cite = callId(found, 'find_metrics', as)
  const of = subjectText(reading)
  const what = aspectName(reading)
  const missing = outcome?.output?.missing ?? []
  if (outcome?.output === undefined) {
    writer.headline(`I could not look for metrics: ${outcome?.call.sentence ?? 'it was not done.'}`, cite)
    return writer
  }
  if (missing.length > 0 && reading.clusterNames.length > 0) {
    for (const { cluster_name, reason } of missing) writer.couldNot(`metrics of ${cluster_name}`, reason)
    const [first] = missing
    writer.headline(
      `I cannot say: ${first?.cluster_name ?? of} could not be asked about ${what}. ${reasonText(first)}`,
      cite,
    )
    return writer
  }
  if (situation.question.slots.metric === undefined) {
    writer
      .outcome('CLARIFY')
      .headline(
        `Which measure is meant${of === '' ? '' : ` of ${of}`}? No metric that exists here is called so.`,
        cite,
      )
    for (const text of measuresOf(situation, of)) writer.choice(text, text)
    return writer
  }
  writer.headline(`No metric tells of ${what}${of === '' ? '' : ` of ${of}`}.`, cite)
  const { known } = outcome.output
  if (known !== null && known !== undefined)
    writer.say(
      `I looked among the ${known} metrics that exist here; none that fits has ${of === '' ? 'series' : `${of} in its labels`}.`,
      cite,
    )
  for (const { cluster_name, reason } of missing) writer.couldNot(`metrics of ${cluster_name}`, reason)
  if (of !== '') writer.suggest(`Which metrics do we have about ${of}?`)
  if (situation.question.entities.length > 0)
    writer.suggest(`Is ${situation.question.entities[0]?.name} healthy?`)
  return writer
}

/** Nothing is kept of the time that was said. */
export function outOfRange(situation: Situation, found: Found, as?: string): DraftWriter | undefined {
  const { time } = situation.question
  if (!time.outOfRange) return undefined
  const cite = callId(found, 'find_metrics', as) ?? found.calls[0]?.id
  const notice = time.notice ?? 'It lies outside of what is kept.'
  return new DraftWriter()
    .outcome('UNANSWERABLE')
    .headline(`I cannot say: nothing is kept of ${time.text || 'that time'}. ${notice}`, cite)
}

/** Without the name that was said already. */
function reasonText(one: { cluster_name: string; reason: string } | undefined): string {
  if (one === undefined) return ''
  const name = `${one.cluster_name}: `
  const rest = one.reason.startsWith(name) ? one.reason.slice(name.length) : one.reason
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}
