import { z } from 'zod'
import { PipelineStats } from '../event.ts'
import { Series } from '../model/series.ts'
import { Severity } from '../model/severity.ts'
import { operations } from './operation.ts'

const check = z.object({
  name: z.string(),
  status: z.enum(['ok', 'degraded', 'failing']),
  message: z.string(),
})

export const system = operations({
  getHealth: {
    method: 'GET',
    path: '/health',
    tag: 'system',
    permission: null,
    errors: [],
    summary: 'Whether the process lives, with its version and uptime.',
    response: z.object({
      status: z.enum(['ok', 'degraded', 'failing']),
      version: z.string(),
      uptime_seconds: z.number(),
      checks: z.array(check),
    }),
  },
  getReady: {
    method: 'GET',
    path: '/ready',
    tag: 'system',
    permission: null,
    errors: ['NOT_READY'],
    summary: 'Whether it can serve: 200, or 503 while starting, stopping or unable to store.',
    response: z.object({ ready: z.boolean() }),
  },
  getOverview: {
    method: 'GET',
    path: '/api/v1/overview',
    tag: 'system',
    permission: 'system:read',
    errors: [],
    summary:
      'The state of everything in one answer: rates, the alert funnel, open incidents by severity, the host.',
    response: z.object({
      stats: PipelineStats,
      /** Of the last 24 hours, each a count of stored records. */
      funnel: z.object({
        anomalies: z.number().int(),
        alerts: z.number().int(),
        incidents: z.number().int(),
        diagnosed: z.number().int(),
        remediated: z.number().int(),
      }),
      open_by_severity: z.record(Severity, z.number().int()),
      /** Of the topology: what telemetry, clusters and catalogues told of. Of what only an alert names no health is known; it is in its incident. */
      entities: z.object({ total: z.number().int(), unhealthy: z.number().int() }),
      /** The machine the platform runs on, from its own host receiver; null where it is off. */
      host: z
        .object({
          name: z.string(),
          series: z.record(
            z.enum(['cpu', 'memory', 'load', 'disk_io', 'network_io', 'filesystem']),
            z.array(Series),
          ),
          top_processes: z.array(
            z.object({ name: z.string(), cpu_ratio: z.number(), memory_bytes: z.number() }),
          ),
        })
        .nullable(),
    }),
  },
  getPipeline: {
    method: 'GET',
    path: '/api/v1/pipeline',
    tag: 'system',
    permission: 'system:read',
    errors: [],
    summary:
      'The flow as it runs: each stage with what it takes and gives, and how many events it has handled.',
    response: z.object({
      stages: z.array(
        z.object({
          stage: z.string(),
          takes: z.array(z.string()),
          gives: z.array(z.string()),
          key: z.string(),
          role: z.string(),
          handled: z.number().int(),
          failed: z.number().int(),
        }),
      ),
    }),
  },
  getSettings: {
    method: 'GET',
    path: '/api/v1/settings',
    tag: 'system',
    permission: 'config:read',
    errors: [],
    summary:
      'The effective configuration with where each value came from; secrets are references, never values.',
    response: z.object({
      settings: z.array(
        z.object({
          name: z.string(),
          value: z.unknown(),
          source: z.enum(['default', 'file', 'environment', 'flag']),
          description: z.string(),
        }),
      ),
      adapters: z.array(z.object({ port: z.string(), adapter: z.string(), url: z.string() })),
      data_folder: z.string(),
      version: z.string(),
    }),
  },
})
