import { Agent } from 'node:http'
import type { Context } from '@opentelemetry/api'
import { Discovery } from './discovery.ts'
import { type Answer, ExchangeError, exchange } from './exchange.ts'
import { graph, type ProcessSettings, type Role } from './graph.ts'
import type { Random } from './random.ts'
import type { Telemetry } from './telemetry.ts'

/** A needed dependency failed; `status` is what its caller answers for it. */
export class UpstreamError extends Error {
  override name = 'UpstreamError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export type Ask = {
  method: 'GET' | 'POST' | 'PUT'
  path: string
  body?: unknown
  /** The body to go on with where the dependency is not asked, or fails and is optional. */
  spare: unknown
  /** Without it the caller still has something to answer. */
  optional?: boolean
}

const cacheEntriesMax = 200

/** A service's outgoing calls: discovery, tracing, time limit, and the degraded path. */
export class Caller {
  readonly #agent = new Agent({ keepAlive: true, keepAliveMsecs: 5000 })
  readonly #ports: Record<Role, number>
  readonly #timeoutMs: number
  readonly #discovery: Discovery
  readonly #telemetry: Telemetry
  readonly #random: Random
  /** Last good answers to reads, oldest first. */
  readonly #cache = new Map<string, unknown>()

  constructor(role: Role, settings: ProcessSettings, telemetry: Telemetry, random: Random) {
    this.#ports = settings.ports
    this.#timeoutMs = graph[role].callTimeoutMs
    this.#telemetry = telemetry
    this.#random = random
    const dependencies = graph[role].calls.map((to) => settings.ports[to])
    this.#discovery = new Discovery(this.#agent, dependencies)
  }

  /** The dependency's body, or the degraded one; throws UpstreamError where it fails and is needed. */
  async call(context: Context, to: Role, ask: Ask): Promise<unknown> {
    const key = `${to} ${ask.path}`
    const degraded = () => (ask.method === 'GET' ? (this.#cache.get(key) ?? ask.spare) : ask.spare)
    const port = this.#ports[to]
    if (!this.#random.chance(this.#discovery.weight(port))) return degraded()
    const headers: Record<string, string> = {}
    const activity = this.#telemetry.call(context, ask.method, port, ask.path, headers)
    try {
      const answer = await exchange({ agent: this.#agent, port, headers, timeoutMs: this.#timeoutMs, ...ask })
      const failed = answer.status >= 400
      activity.end({ status: answer.status, ...(failed ? { errorType: String(answer.status) } : {}) })
      if (answer.status < 500) return this.#keep(ask, key, answer)
      return this.#giveUp(
        activity.context,
        ask,
        degraded,
        new UpstreamError(502, `upstream answered ${answer.status}`),
      )
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error
      activity.end({ errorType: error.type })
      const message =
        error.type === 'timeout' ? 'upstream timed out' : `upstream unreachable: ${error.message}`
      return this.#giveUp(activity.context, ask, degraded, new UpstreamError(503, message))
    }
  }

  stop(): void {
    this.#discovery.stop()
    this.#agent.destroy()
  }

  #giveUp(context: Context, ask: Ask, degraded: () => unknown, error: UpstreamError): unknown {
    if (!ask.optional) throw error
    this.#telemetry.log('warn', `${error.message}, serving a cached answer`, context, {
      'url.path': ask.path,
    })
    return degraded()
  }

  #keep(ask: Ask, key: string, answer: Answer): unknown {
    if (answer.status >= 400) return ask.spare
    if (ask.method === 'GET') {
      this.#cache.delete(key)
      this.#cache.set(key, answer.body)
      if (this.#cache.size > cacheEntriesMax) this.#cache.delete(this.#cache.keys().next().value as string)
    }
    return answer.body
  }
}
