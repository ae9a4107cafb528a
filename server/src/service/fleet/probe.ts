import type { ClusterCheck, ClusterTarget } from '@aiops/contract/model/cluster'
import type { Clock } from '../../kernel/clock.ts'
import { type Fault, isFault, messageOf } from '../../kernel/fault.ts'
import type { HttpClient, HttpResponse } from '../../port/http-client.ts'
import type { TargetAccess } from './access.ts'

/** One part of a cluster: where it is and what to show it. `access` throws where there is nothing that may be shown. */
export type ProbeTarget = {
  target: ClusterTarget
  url: string
  access(): Promise<TargetAccess>
}
/** A check, and whether what failed are the credentials. */
export type Probed = ClusterCheck & { refused: boolean }

/** One namespace may be large; a page of text is not. */
const namespacesBytesMax = 2_097_152
const readyBytesMax = 65_536

/** What tells that a part is there: a page, and another question where what stands in front of it has no such page. */
const pages: Record<Exclude<ClusterTarget, 'API_SERVER'>, { ready: string; instead: string }> = {
  PROMETHEUS: { ready: '/-/ready', instead: '/api/v1/query?query=1' },
  TEMPO: { ready: '/ready', instead: '/api/search?limit=1' },
  LOKI: { ready: '/ready', instead: '/loki/api/v1/labels' },
}

/** Asks one part whether it is there, within `timeoutMs` in all. Never rejects. */
export async function probe(
  { http, clock, signal }: { http: HttpClient; clock: Clock; signal?: AbortSignal },
  { target, url, access }: ProbeTarget,
  timeoutMs: number,
): Promise<Probed> {
  const startMs = clock.monotonic()
  const outcome = (result: 'HEALTHY' | 'UNHEALTHY', message = '', fault?: Fault): Probed => ({
    ...{ target, result, message, time_ms: Math.round((clock.monotonic() - startMs) * 10) / 10 },
    refused: fault?.code === 'CREDENTIALS_INVALID',
  })
  const refused = (message: string): Probed => ({ ...outcome('UNHEALTHY', message), refused: true })
  const get = (path: string, shown: TargetAccess, bytesMax: number): Promise<HttpResponse> =>
    http.send({
      ...{ method: 'GET', url: `${url.replace(/\/+$/, '')}${path}`, bytesMax },
      headers: { accept: 'application/json, text/plain;q=0.9, */*;q=0.1', ...shown.headers },
      timeoutMs: Math.max(1, timeoutMs - (clock.monotonic() - startMs)),
      ...(shown.tls ? { tls: shown.tls } : {}),
      ...(signal ? { signal } : {}),
    })
  try {
    const shown = await access()
    if (target === 'API_SERVER') {
      const answer = await get('/api/v1/namespaces?limit=1', shown, namespacesBytesMax)
      if (answer.status === 401)
        return refused(
          'It refused the credentials (401): the token or certificate is wrong, expired or revoked.',
        )
      if (answer.status === 403)
        return refused(
          'It knows the credentials but does not let them list namespaces (403): grant "list" on "namespaces" with a ClusterRole.',
        )
      if (answer.status !== 200) return outcome('UNHEALTHY', `It answered ${answer.status}.`)
      return isNamespaceList(answer.body)
        ? outcome('HEALTHY')
        : outcome(
            'UNHEALTHY',
            'Its answer is no list of namespaces: the address is not that of a Kubernetes API server.',
          )
    }
    const { ready, instead } = pages[target]
    let answer = await get(ready, shown, readyBytesMax)
    if (answer.status === 404 || answer.status === 405) answer = await get(instead, shown, readyBytesMax)
    const { status } = answer
    if (status === 200) return outcome('HEALTHY')
    if (status === 401 || status === 403) return refused(`It refused the token (${status}).`)
    if (status >= 300 && status <= 399)
      return outcome('UNHEALTHY', `It redirects elsewhere (${status}), which is not followed.`)
    return outcome(
      'UNHEALTHY',
      status === 503 ? 'It says that it is not ready (503).' : `It answered ${status}.`,
    )
  } catch (error) {
    if (!isFault(error)) return outcome('UNHEALTHY', `It could not be asked (${codeOf(error)}).`)
    return outcome('UNHEALTHY', sentenceOf(error), error)
  }
}

/** A cluster that says it of its own accord is believed about its kind, not its content. */
function isNamespaceList(body: Buffer): boolean {
  try {
    const { kind, items } = JSON.parse(body.toString('utf8')) as { kind?: unknown; items?: unknown }
    return kind === 'NamespaceList' || (kind === 'List' && Array.isArray(items))
  } catch {
    return false
  }
}

const hints: readonly (readonly [RegExp, string])[] = [
  [/\(ENOTFOUND|\(EAI_AGAIN/, 'the name of the host is not known'],
  [/\(ECONNREFUSED/, 'nothing listens there'],
  [/\(EHOSTUNREACH|\(ENETUNREACH/, 'there is no way to that network'],
  [/\(CERT_HAS_EXPIRED/, 'its certificate has expired'],
  [
    /\(ERR_TLS_CERT_ALTNAME_INVALID/,
    'its certificate is for another name; set the server name of the TLS settings',
  ],
  [
    /\((SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT)/,
    'its certificate is not signed by an authority that is trusted; give the certificate of the authority',
  ],
  [/\((ERR_SSL_|EPROTO|HPE_)/, 'it does not speak TLS as expected; is it https?'],
]

/** What happened and, where the code tells, why. Faults of the HTTP client hold addresses and codes, never what was sent. */
function sentenceOf(fault: Fault): string {
  const message = messageOf(fault).replace(/\.$/, '')
  const hint = hints.find(([code]) => code.test(message))?.[1]
  return hint === undefined ? `${message}.` : `${message}: ${hint}.`
}

/** Of a defect or an exotic system error, no more than its code: the message may hold what was sent. */
const codeOf = (error: unknown): string =>
  String((error as { code?: unknown }).code ?? 'unknown error').slice(0, 60)
