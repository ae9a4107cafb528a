import type { Agent } from 'node:http'
import { ExchangeError, exchange } from './exchange.ts'

const pollIntervalMs = 1000
const pollTimeoutMs = 800

/**
 * Asks each dependency once a second whether it is ready and what share of the calls it wants, as a client-side
 * load balancer does. These polls stay out of the telemetry.
 */
export class Discovery {
  readonly #agent: Agent
  readonly #weights = new Map<number, number>()
  readonly #timers: NodeJS.Timeout[] = []

  constructor(agent: Agent, ports: readonly number[]) {
    this.#agent = agent
    for (const port of ports) {
      void this.#poll(port)
      this.#timers.push(setInterval(() => void this.#poll(port), pollIntervalMs))
    }
  }

  /** The share of calls, 0..1, that the service at this port wants; 1 until it says otherwise. */
  weight(port: number): number {
    return this.#weights.get(port) ?? 1
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
  }

  async #poll(port: number): Promise<void> {
    try {
      const answer = await exchange({
        agent: this.#agent,
        port,
        method: 'GET',
        path: '/ready',
        timeoutMs: pollTimeoutMs,
      })
      this.#weights.set(port, (answer.body as { weight?: number } | undefined)?.weight ?? 1)
    } catch (error) {
      // A slow poll changes nothing; with nobody there, calls go out and fail for the caller to see.
      if (error instanceof ExchangeError && error.type !== 'timeout') this.#weights.delete(port)
    }
  }
}
