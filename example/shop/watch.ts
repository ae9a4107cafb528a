import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Attributes, Meter } from '@opentelemetry/api'
import type { Pool } from './pool.ts'

/** The delay monitor's own period, which it counts as delay: taken off what it says. */
const delayResolutionMs = 20

/** Gauges of the process, read at each export. One CPU is taken as its limit, as for a container of one core. */
export function watchProcess(meter: Meter): void {
  const cpu = meter.createObservableGauge('process.cpu.utilization', {
    unit: '1',
    description:
      'CPU time over elapsed time since the last measurement, of the one CPU this process is given.',
  })
  const memory = meter.createObservableUpDownCounter('process.memory.usage', {
    unit: 'By',
    description: 'Physical memory in use.',
  })
  const delay = meter.createObservableGauge('nodejs.eventloop.delay.p99', {
    unit: 's',
    description: '99th percentile of how late the event loop ran its timers.',
  })
  const busy = meter.createObservableGauge('nodejs.eventloop.utilization', {
    unit: '1',
    description: 'Share of time in which the event loop was not idle.',
  })
  const delays = monitorEventLoopDelay({ resolution: delayResolutionMs })
  delays.enable()
  let usage = process.cpuUsage()
  let loop = performance.eventLoopUtilization()
  let since = performance.now()
  meter.addBatchObservableCallback(
    (result) => {
      const spent = process.cpuUsage(usage)
      const now = performance.now()
      const elapsedUs = Math.max(1, (now - since) * 1000)
      result.observe(cpu, Math.min(1, (spent.user + spent.system) / elapsedUs))
      result.observe(memory, process.memoryUsage.rss())
      result.observe(delay, Math.max(0, delays.percentile(99) / 1e9 - delayResolutionMs / 1000))
      const current = performance.eventLoopUtilization()
      result.observe(busy, performance.eventLoopUtilization(current, loop).utilization)
      usage = process.cpuUsage()
      loop = current
      since = now
      delays.reset()
    },
    [cpu, memory, delay, busy],
  )
}

/** Gauges of the connection pool, read at each export. */
export function watchPool(meter: Meter, pool: Pool, labels: Attributes): void {
  const count = meter.createObservableUpDownCounter('db.client.connection.count', {
    unit: '{connection}',
    description: 'Connections in the state of the attribute.',
  })
  const max = meter.createObservableUpDownCounter('db.client.connection.max', {
    unit: '{connection}',
    description: 'The most open connections allowed.',
  })
  const pending = meter.createObservableUpDownCounter('db.client.connection.pending_requests', {
    unit: '{request}',
    description: 'Requests waiting for an open connection.',
  })
  meter.addBatchObservableCallback(
    (result) => {
      result.observe(count, pool.used, { ...labels, 'db.client.connection.state': 'used' })
      result.observe(count, pool.max - pool.used, { ...labels, 'db.client.connection.state': 'idle' })
      result.observe(max, pool.max, labels)
      result.observe(pending, pool.pending, labels)
    },
    [count, max, pending],
  )
}
