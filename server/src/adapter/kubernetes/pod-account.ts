import { readFile } from 'node:fs/promises'
import { Fault } from '../../kernel/fault.ts'
import type { HttpClient, HttpResponse } from '../../port/http-client.ts'

export type PodAccountSettings = {
  /** `https://host:port` of the API server of the cluster that this runs in. */
  server: string
  /** With `token`, `ca.crt` and `namespace`, as every pod has it. Read for each request: the token is renewed. */
  accountFolder: string
  /** Empty: the pod's own. */
  namespace: string
}
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

const timeoutMs = 15_000
/** What every Secret of ours says of itself. */
export const secretLabels = {
  ...{ 'app.kubernetes.io/part-of': 'aiops-nextgen', 'app.kubernetes.io/component': 'cluster-registry' },
}

/** Asks the API server of the cluster that this runs in for Secrets of its namespace, as the service account of its pod. */
export class PodAccount {
  readonly #http: HttpClient
  readonly #settings: PodAccountSettings
  constructor(http: HttpClient, settings: PodAccountSettings) {
    this.#http = http
    this.#settings = settings
  }

  async namespace(): Promise<string> {
    return this.#settings.namespace || (await this.#read('namespace')).trim()
  }

  /** `path` follows `/api/v1/namespaces/NAMESPACE/secrets`. */
  async send(method: Method, path: string, bytesMax: number, body?: object): Promise<HttpResponse> {
    const [token, ca, namespace] = await Promise.all([
      this.#read('token'),
      this.#read('ca.crt'),
      this.namespace(),
    ])
    const url = `${this.#settings.server}/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets${path}`
    return this.#http.send({
      ...{ method, url, timeoutMs, bytesMax, tls: { ca } },
      headers: {
        ...{ authorization: `Bearer ${token.trim()}`, accept: 'application/json' },
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: Buffer.from(JSON.stringify(body)) } : {}),
    })
  }

  #read(name: string): Promise<string> {
    const { accountFolder } = this.#settings
    return readFile(`${accountFolder}/${name}`, 'utf8').catch(() => {
      throw new Fault('CONFIG_INVALID', `The service account of this pod has no ${name} in ${accountFolder}.`)
    })
  }
}

/** `what`: the Secret, or the Secrets, that were asked for. */
export const refusedSecret = ({ status }: HttpResponse, verb: string, what: string): Fault =>
  new Fault(
    status === 403 || status === 401 ? 'CONFIG_INVALID' : 'STORAGE_UNAVAILABLE',
    status === 403
      ? `The service account of this pod may not ${verb} ${what}; grant it with a Role: aiops cluster rbac --of-platform.`
      : `${what[0]?.toUpperCase()}${what.slice(1)} could not be reached: the API server answered ${status}.`,
  )

export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
