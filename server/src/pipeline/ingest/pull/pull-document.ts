import { durationMs } from '@aiops/contract/model/time'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { messageOf } from '../../../kernel/fault.ts'

const duration = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine(
      (text) => text === '0' || (durationMs(text) > 0 && durationMs(text) <= 24 * 86_400_000),
      'is no duration such as 30s, 5m or 1h30m, of 24 days at most',
    )
    .transform((text) => (text === '0' ? 0 : durationMs(text)))
const text = z.string().max(4_096)

const Request = z.strictObject({
  url: text.min(1),
  method: z.enum(['GET', 'POST']).default('GET'),
  headers: z
    .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no name of a header'), text)
    .default({}),
  /** A text as it is, or a document that is sent as JSON. */
  body: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
})
export type PullRequest = z.output<typeof Request>

const Mapping = z.strictObject({
  /** Lists to go through, each inside an entry of the one before; none: the answer itself is the one entry. */
  each: z.array(text).max(8).default([]),
  name: text.min(1),
  kind: z.enum(['gauge', 'counter']).default('gauge'),
  unit: text.default(''),
  value: z.union([text.transform((path) => [path]), z.array(text).min(1).max(8)]),
  /** Absent: the end of the time asked for. */
  time: text.optional(),
  scale: z.number().default(1),
  labels: z.record(z.string().min(1), text).default({}),
  /** Objects whose entries all become labels, or lists of such pairs. */
  labels_from: z
    .array(
      z.union([
        text.transform((path) => ({ path, name: '', value: '' })),
        z.strictObject({ path: text, name: text, value: text }),
      ]),
    )
    .max(8)
    .default([]),
})
export type PullMapping = z.output<typeof Mapping>

const secretName = z.string().min(1).max(200)
/** Says who asks in a way that a header cannot: secrets by name. */
const Auth = z.strictObject({
  type: z.literal('aws_sigv4'),
  region: z.string().min(1).max(64),
  service: z.string().min(1).max(64).default('monitoring'),
  access_key_id: secretName.default('AWS_ACCESS_KEY_ID'),
  secret_access_key: secretName.default('AWS_SECRET_ACCESS_KEY'),
  /** Of temporary credentials. */
  session_token: secretName.optional(),
})

const Pull = z.strictObject({
  name: z.string().min(1).max(200),
  tenant: z.string().min(1).optional(),
  interval: duration('1m'),
  timeout: duration('30s'),
  /** How far back each pull asks: what arrives later than this is not seen. */
  lookback: duration('10m'),
  /** How long before now it stops asking, for sources whose newest points are not final. */
  delay: duration('0'),
  auth: Auth.optional(),
  request: Request.optional(),
  requests: z.array(Request).max(100).default([]),
  pages: z
    .strictObject({
      /** Where the answer holds the next page's token, or its whole address. */
      next: text.min(1),
      /** Where the token goes: a parameter of the URL or a field of the body. Neither: it is an address. */
      query: z.string().optional(),
      body: z.string().optional(),
      max: z.number().int().min(1).max(1_000).default(50),
    })
    .optional(),
  metrics: z.array(Mapping).min(1).max(100),
})
type Written = z.output<typeof Pull>
/** One source; times in milliseconds. */
export type PullJob = Omit<Written, 'request'>

const Document = z.strictObject({ pulls: z.array(Pull).max(1_000).default([]) })

/** The pulls of one YAML document, or what is wrong with it: a document counts whole or not at all. */
export function parsePulls(content: string): { pulls: PullJob[]; problems: string[] } {
  let written: unknown
  try {
    written = parseYaml(content, { maxAliasCount: 100, merge: true, logLevel: 'error' })
  } catch (error) {
    return { pulls: [], problems: [`this is not YAML: ${messageOf(error).split('\n')[0]}`] }
  }
  const parsed = Document.safeParse(written ?? {})
  if (!parsed.success)
    return {
      pulls: [],
      problems: parsed.error.issues.slice(0, 20).map(({ path, message }) => `${path.join('.')} ${message}`),
    }
  const problems = parsed.data.pulls.flatMap(problemsOf)
  const pulls = parsed.data.pulls.map(({ request, ...pull }) => ({
    ...pull,
    requests: [...(request ? [request] : []), ...pull.requests],
  }))
  return problems.length > 0 ? { pulls: [], problems } : { pulls, problems: [] }
}

function problemsOf(pull: Written): string[] {
  const found: string[] = []
  if (!pull.request && pull.requests.length === 0) found.push('needs a request')
  if (pull.interval === 0 || pull.timeout === 0 || pull.lookback === 0)
    found.push('interval, timeout and lookback are longer than 0')
  if (pull.pages?.query !== undefined && pull.pages.body !== undefined)
    found.push('pages: the token goes into query or body, not both')
  const asked = [pull.request, ...pull.requests].filter((request) => request !== undefined)
  const urls = asked.map(({ url }) => url)
  const named = asked.flatMap(({ headers }) => Object.keys(headers))
  if (pull.auth && named.some((name) => /^(authorization|x-amz-date|x-amz-security-token)$/i.test(name)))
    found.push('auth says who asks, so no header may')
  if (urls.some((url) => url.includes('secret.')))
    found.push('a secret belongs into a header or the body, not the URL')
  return found.map((problem) => `pull ${JSON.stringify(pull.name)}: ${problem}`)
}
