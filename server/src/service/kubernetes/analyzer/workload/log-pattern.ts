import type { ClusterView, LogLine } from '../../view.ts'
import { logEvidence, minute } from '../evidence.ts'
import { logs } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'

export const logRules: readonly Rule[] = [
  {
    id: 'log-error-burst',
    analyzer: 'Log',
    kind: 'Pod',
    severity: 'LOW',
    condition:
      'A container writes one statement at level error far more often within the last five minutes than in the time before: at least twenty times, and five times its usual rate.',
    not_when:
      'the word error is in the text of a line of another level, the lines come as ever, or less than fifteen minutes are known',
    documentation_url: 'https://kubernetes.io/docs/concepts/cluster-administration/logging/',
    alert_name: null,
    needs: ['Pod'],
    check: (view) => overLogs(view, burst),
  },
  {
    id: 'log-fatal',
    analyzer: 'Log',
    kind: 'Pod',
    severity: 'MEDIUM',
    condition:
      'A container wrote a line at level fatal, panic or critical, or a Go panic, within the last fifteen minutes.',
    not_when: 'the word is in the text of a line of another level, or the line is older',
    documentation_url: 'https://kubernetes.io/docs/concepts/cluster-administration/logging/',
    alert_name: null,
    needs: ['Pod'],
    check: (view) => overLogs(view, fatal),
  },
]

/** Lines looked at of one container, the newest, and of all. */
const containerLinesMax = 5_000
const allLinesMax = 200_000
/** A level is near the beginning of a line. */
const headMax = 300

type Look = (
  at: { pod: Observation['object']; container: string; view: ClusterView },
  lines: readonly LogLine[],
) => Iterable<Observation>

function* overLogs(view: ClusterView, look: Look): Generator<Observation | undefined> {
  let left = allLinesMax
  let seen = 0
  for (const one of view.list('Pod')) {
    for (const { name } of one.spec.containers) {
      const { namespace } = one.metadata
      const all = view.logLines(namespace, one.metadata.name, name)
      if (all.length === 0) continue
      const lines = all.slice(-Math.min(containerLinesMax, left))
      left -= lines.length
      yield* look({ pod: refOf('Pod', one), container: name, view }, lines)
      yield
      if (left <= 0) return
    }
    seen += 1
    if (seen % 1_000 === 0) yield
  }
}

export type Level = 'FATAL' | 'ERROR' | 'OTHER'

const levelWords: ReadonlyMap<string, Level> = new Map<string, Level>([
  ['fatal', 'FATAL'],
  ['panic', 'FATAL'],
  ['critical', 'FATAL'],
  ['crit', 'FATAL'],
  ['emerg', 'FATAL'],
  ['alert', 'FATAL'],
  ['dpanic', 'FATAL'],
  ['error', 'ERROR'],
  ['err', 'ERROR'],
  ['severe', 'ERROR'],
  ['eror', 'ERROR'],
])
/** JSON and logfmt name their level; it counts before anything else. */
const namedLevel = /["']?\b(?:level|lvl|severity|log\.level|loglevel|levelname)["']?\s*[:=]\s*["']?([a-z]+)/i
/** klog and glog: a letter, month and day. */
const klogLevel = /^([IWEF])\d{4} \d\d:\d\d:\d\d/
/** Times and punctuation; no two alternatives begin alike, so that a line of digits costs no more than its length. */
const filler = /(?:\d[\dTZ:.,/+-]*|[\s:.,/+|<(-]+)*/y
const bracketed = /\[([^\]]{0,60})\]/y
const leadingWord = /([a-z]+)(?=[\]>)|:]?(?:\s|:|$))/iy

/** `2026-01-01T00:00:00Z ERROR …`, `[error] …`, `ERROR: …`: a word by itself, behind nothing but times and names in brackets. */
function leadingLevel(head: string): Level {
  let at = 0
  for (let round = 0; round < 4; round += 1) {
    filler.lastIndex = at
    at += filler.exec(head)?.[0].length ?? 0
    bracketed.lastIndex = at
    const [whole, inside = ''] = bracketed.exec(head) ?? []
    if (whole === undefined) break
    const level = levelWords.get(inside.trim().toLowerCase())
    if (level) return level
    at += whole.length
  }
  leadingWord.lastIndex = at
  return levelWords.get(leadingWord.exec(head)?.[1]?.toLowerCase() ?? '') ?? 'OTHER'
}

/** Level of a line as the program states it; a word within its text states none. */
export function levelOf(line: string): Level {
  const head = line.length > headMax ? line.slice(0, headMax) : line
  const named = namedLevel.exec(head)?.[1]
  if (named !== undefined) return levelWords.get(named.toLowerCase()) ?? 'OTHER'
  const klog = klogLevel.exec(head)?.[1]
  if (klog !== undefined) return klog === 'F' ? 'FATAL' : klog === 'E' ? 'ERROR' : 'OTHER'
  if (head.startsWith('panic: ') || head.startsWith('fatal error: ')) return 'FATAL'
  return leadingLevel(head)
}

/** A statement: the line without what varies from one to the next. */
export const templateOf = (line: string): string =>
  line
    .slice(0, headMax)
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.,]*(?:Z|[+-]\d\d:?\d\d)?/g, '<time>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<id>')
    .replace(/"[^"]{0,200}"(?!\s*:)/g, (text) => (/\d/.test(text) ? '<text>' : text))
    .replace(/\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*\d)[0-9a-f]{6,}\b/gi, '<hex>')
    .replace(/\d+/g, '<n>')

const recentMs = 5 * minute
const baselineMs = 10 * minute
const burstMin = 20
const timesUsual = 5

function* burst(
  { pod, container, view }: Parameters<Look>[0],
  lines: readonly LogLine[],
): Generator<Observation> {
  const timed = lines.filter(({ timeMs }) => timeMs > 0 && timeMs <= view.timeMs)
  const [first] = timed
  if (!first) return
  const fromMs = view.timeMs - recentMs
  // Where so many lines are kept that the time before is not among them, nothing is known of what is usual.
  const knownMs = fromMs - first.timeMs
  if (knownMs < baselineMs) return
  const counts = new Map<string, { recent: number; before: number; last: LogLine; firstMs: number }>()
  for (const line of timed) {
    if (levelOf(line.text) !== 'ERROR') continue
    const template = templateOf(line.text)
    const count = counts.get(template) ?? { recent: 0, before: 0, last: line, firstMs: line.timeMs }
    if (line.timeMs >= fromMs) {
      if (count.recent === 0) count.firstMs = line.timeMs
      count.recent += 1
      count.last = line
    } else count.before += 1
    counts.set(template, count)
  }
  const bursts = [...counts].filter(
    ([, { recent, before }]) => recent >= burstMin && recent / recentMs >= timesUsual * (before / knownMs),
  )
  const [worst] = bursts.sort(([, a], [, b]) => b.recent - a.recent)
  if (!worst) return
  const [template, { recent, before, last, firstMs }] = worst
  yield {
    object: pod,
    title: `Container ${container} wrote one error ${recent} times within five minutes, ${before} times in the ${Math.round(knownMs / minute)} minutes before.`,
    sinceMs: firstMs,
    discriminator: container,
    evidence: [
      logEvidence(pod, container, last.text, last.timeMs),
      logEvidence(pod, container, `Statement: ${template}`, firstMs),
    ],
    remediation: [logs(pod, container, 'Read what it writes.')],
  }
}

const fatalMs = 15 * minute

function* fatal(
  { pod, container, view }: Parameters<Look>[0],
  lines: readonly LogLine[],
): Generator<Observation> {
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const line = lines[at]!
    if (line.timeMs === 0 || view.timeMs - line.timeMs > fatalMs) return
    if (levelOf(line.text) !== 'FATAL') continue
    yield {
      object: pod,
      title: `Container ${container} wrote a fatal line: ${line.text.slice(0, 160)}`,
      sinceMs: line.timeMs,
      discriminator: container,
      evidence: lines
        .slice(Math.max(0, at - 2), at + 3)
        .map(({ text, timeMs }) => logEvidence(pod, container, text, timeMs)),
      remediation: [logs(pod, container, 'Read what it wrote before and after.')],
    }
    return
  }
}
