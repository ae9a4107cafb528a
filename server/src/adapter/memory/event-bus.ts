import { Fault, messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import { BoundedQueue } from '../../kernel/queue.ts'
import type { EventBus, Topic, Topics } from '../../port/event-bus.ts'

type Subscriber = {
  name: string
  topic: Topic
  handler: (message: never) => void | Promise<void>
  accepts: ((message: never) => boolean) | undefined
  queue: BoundedQueue<unknown>
  running: boolean
  handled: number
  failed: number
}

export type MemoryBusOptions = {
  log: Log
  metrics: Metrics
  /** Messages a subscriber may be behind before telemetry is refused: a message is one sender's request. */
  telemetryMax?: number
  /** Events never make their publisher fail, so this bound is only a guard against a subscriber that hangs. */
  eventsMax?: number
}

/**
 * The bus of one process. A handler runs at once when its subscriber is idle, so a chain of synchronous handlers is a
 * chain of calls; while a handler's promise is open, later messages wait in order.
 */
export function createMemoryBus(options: MemoryBusOptions): EventBus {
  const subscribers = new Set<Subscriber>()
  const telemetryMax = options.telemetryMax ?? 256
  const eventsMax = options.eventsMax ?? 100_000
  const failures = options.metrics.counter('aiops_bus_failures_total', 'Messages whose handler failed.', [
    'subscriber',
    'topic',
  ])
  const idleWaiters: (() => void)[] = []

  function drain(subscriber: Subscriber): void {
    if (subscriber.running) return
    subscriber.running = true
    for (;;) {
      const message = subscriber.queue.shift()
      if (message === undefined) break
      try {
        const result = subscriber.handler(message as never)
        if (result instanceof Promise) {
          result
            .catch((error: unknown) => failed(subscriber, error))
            .finally(() => {
              subscriber.handled += 1
              subscriber.running = false
              drain(subscriber)
            })
          return
        }
      } catch (error) {
        failed(subscriber, error)
      }
      subscriber.handled += 1
    }
    subscriber.running = false
    if (isIdle()) for (const wake of idleWaiters.splice(0)) wake()
  }

  function failed(subscriber: Subscriber, error: unknown): void {
    subscriber.failed += 1
    failures.inc({ subscriber: subscriber.name, topic: subscriber.topic })
    options.log.error(
      {
        subscriber: subscriber.name,
        topic: subscriber.topic,
        error: messageOf(error),
        stack: (error as Error)?.stack,
      },
      'a subscriber failed on a message',
    )
  }

  const isIdle = (): boolean => [...subscribers].every((s) => !s.running && s.queue.size === 0)
  const limitOf = (topic: Topic): number => (topic === 'events' ? eventsMax : telemetryMax)

  return {
    publish<T extends Topic>(topic: T, message: Topics[T]): void {
      const receivers = [...subscribers].filter(
        (s) => s.topic === topic && s.accepts?.(message as never) !== false,
      )
      const full = receivers.find((s) => s.queue.free === 0)
      if (full)
        throw new Fault(
          'QUEUE_FULL',
          `${full.name} is ${full.queue.size} messages of ${topic} behind; nothing more is taken for now.`,
        )
      for (const subscriber of receivers) subscriber.queue.push(message)
      for (const subscriber of receivers) drain(subscriber)
    },
    subscribe(topic, name, handler, accepts) {
      const subscriber: Subscriber = {
        name,
        topic,
        handler,
        accepts,
        queue: new BoundedQueue(`${name} ${topic}`, limitOf(topic)),
        running: false,
        handled: 0,
        failed: 0,
      }
      subscribers.add(subscriber)
      return () => subscribers.delete(subscriber)
    },
    hasRoom: (topic) => [...subscribers].every((s) => s.topic !== topic || s.queue.free > 0),
    counts: () =>
      [...subscribers].map((s) => ({
        subscriber: s.name,
        topic: s.topic,
        handled: s.handled,
        failed: s.failed,
        waiting: s.queue.size,
      })),
    idle: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve))),
  }
}
