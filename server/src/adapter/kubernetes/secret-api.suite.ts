import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HttpClient, HttpRequest } from '../../port/http-client.ts'

type Json = Record<string, unknown>
export type Stored = { version: number; metadata: Json; data: Record<string, string> }

/** What Kubernetes puts into every pod. */
export function accountFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-account-'))
  const files = { token: 'token-1\n', 'ca.crt': 'PEM', namespace: 'aiops-nextgen' }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** The Secrets of one namespace of an API server, with its rule that a change names the version that it is of. */
export class SecretApi implements HttpClient {
  readonly secrets = new Map<string, Stored>()
  readonly asked: HttpRequest[] = []
  /** Answered to everything, where it is not 0. */
  status = 0
  /** Called before a change is made: somebody else may be quicker. */
  beforeChange: (name: string) => void = () => {}

  async send(request: HttpRequest) {
    this.asked.push(request)
    const answer = (status: number, body: object = {}) => ({
      ...{ status, headers: {}, body: Buffer.from(JSON.stringify(body)) },
    })
    if (this.status !== 0) return answer(this.status)
    const { pathname, searchParams } = new URL(request.url)
    const named = /\/secrets\/([^/]+)$/.exec(pathname)?.[1]
    if (request.method === 'GET' && named === undefined) return answer(200, this.#page(searchParams))
    const given = request.body ? JSON.parse(Buffer.from(request.body).toString()) : undefined
    const name = named ?? given.metadata.name
    if (request.method !== 'GET') this.beforeChange(name)
    const known = this.secrets.get(name)
    if (request.method === 'POST' && known) return answer(409)
    if (request.method !== 'POST' && !known) return answer(404)
    if (request.method === 'DELETE') {
      this.secrets.delete(name)
      return answer(200)
    }
    if (request.method === 'PUT' && given.metadata.resourceVersion !== String(known?.version))
      return answer(409)
    if (request.method !== 'GET')
      this.secrets.set(name, {
        ...{ version: (known?.version ?? 0) + 1, data: given.data },
        metadata: given.metadata,
      })
    return answer(request.method === 'POST' ? 201 : 200, this.#shown(name))
  }

  #page(asked: URLSearchParams): object {
    const label = asked.get('labelSelector') ?? ''
    const names = [...this.secrets]
      .filter(([, { metadata }]) => label in ((metadata.labels as Json | undefined) ?? {}))
      .map(([name]) => name)
      .sort()
    const from = Number(asked.get('continue') ?? 0)
    const end = from + Number(asked.get('limit'))
    return {
      metadata: end < names.length ? { continue: String(end) } : {},
      items: names.slice(from, end).map((name) => this.#shown(name)),
    }
  }

  #shown(name: string): Json {
    const { metadata, version, data } = this.secrets.get(name)!
    return { metadata: { ...metadata, name, resourceVersion: String(version) }, data }
  }
}
