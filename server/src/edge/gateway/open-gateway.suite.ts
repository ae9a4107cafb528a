/** A gateway on a free loopback port with handlers, receivers and keys that tests give, and what they see of it. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { api, type OperationId } from '@aiops/contract/api/index'
import { ErrorBody } from '@aiops/contract/error'
import { exampleOf } from '@aiops/contract/example'
import { expect, onTestFinished } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import type { Receiver } from '../../pipeline/ingest/index.ts'
import { createIdentity, IdentityConfig } from '../../service/identity/index.ts'
import { createGateway, GatewayConfig, type GatewayDeps, type Handlers } from './index.ts'

/** Handlers that answer each operation with an example of its response. */
export const exampleHandlers = Object.fromEntries(
  (Object.keys(api) as OperationId[]).map((id) => [id, async () => exampleOf(api[id].response)]),
) as unknown as Handlers

export const keyOf = (name: string): string => `key-of-${name}`

/** One key a role, all of tenant `default`, and an operator of tenant `shop`. */
const keys = ['viewer', 'developer', 'operator', 'approver', 'admin', 'auditor', 'sender', 'feed']
  .map((role) => ({ name: role, role, tenant: 'default' }))
  .concat({ name: 'stranger', role: 'operator', tenant: 'shop' })
  .map((key) => ({ ...key, sha256: createHash('sha256').update(keyOf(key.name)).digest('hex') }))

export type Audited = { actor: string; action: string; resource: string; outcome: string }
type Options = {
  handlers?: Partial<Handlers>
  receivers?: readonly Receiver[]
  keyed?: boolean
  config?: object
  deps?: Partial<GatewayDeps>
}

export function makeGateway(options: Options = {}) {
  const audit: Audited[] = []
  const metrics = createMetrics()
  const clock = systemClock
  const identity = createIdentity(
    {
      audit: {
        append: async ({ actor, action, resource, outcome }) =>
          void audit.push({ actor, action, resource, outcome }),
      },
      clock,
    },
    IdentityConfig.parse({ tenants: ['default', 'shop'], api_keys: options.keyed ? keys : [] }),
  )
  const gateway = createGateway(
    {
      handlers: { ...exampleHandlers, ...options.handlers },
      receivers: options.receivers ?? [],
      identity,
      webFolder: join(tmpdir(), 'there-is-no-web-app'),
      version: '1.2.3',
      clock,
      metrics,
      log: silentLog,
      ...options.deps,
    },
    GatewayConfig.parse({ port: 0, ...options.config }),
  )
  return { gateway, metrics, audit }
}

export async function openGateway(options: Options = {}) {
  const made = makeGateway(options)
  await made.gateway.start()
  onTestFinished(() => made.gateway.stop())
  const { url } = made.gateway
  return {
    ...made,
    url,
    port: Number(new URL(url).port),
    get: (path: string, init?: RequestInit) => fetch(url + path, init),
  }
}

export const post = (
  body: NonNullable<RequestInit['body']>,
  type = 'application/json',
  headers: Record<string, string> = {},
): RequestInit => ({
  method: 'POST',
  headers: { ...(type ? { 'content-type': type } : {}), ...headers },
  body,
})

/** The one error form, parsed strictly, or the test fails. */
export async function errorOf(response: Response): Promise<ErrorBody['error']> {
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  const { error } = ErrorBody.parse(await response.json())
  expect(error.trace_id).toMatch(/^[0-9a-f]{32}$/)
  expect(error.trace_id).toBe(response.headers.get('x-trace-id'))
  return error
}

/** A path and headers exactly as given: `fetch` would tidy the path and refuse to set Host. */
export function rawGet(port: number, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      request({ port, path, headers, host: '127.0.0.1' }, (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          body += part
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        )
      })
        .on('error', reject)
        .end()
    },
  )
}

/** Bytes on a socket, and all that comes back until it closes. */
export function rawBytes(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => {
      answer += part
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-gateway-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
