import { z } from 'zod'
import { Anomaly, AnomalyShape, DetectionTier } from '../model/anomaly.ts'
import { EntityId } from '../model/entity.ts'
import { Severity } from '../model/severity.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf } from './page.ts'

const counts = <T extends z.ZodType<string>>(key: T) => z.partialRecord(key, z.number().int())

/** How many of the list are of each kind, every filter but its own applied. Kinds of which there are none are left out. */
export const AnomalyFacets = z.object({
  shape: counts(AnomalyShape),
  severity: counts(Severity),
  tier: counts(DetectionTier),
})
export type AnomalyFacets = z.infer<typeof AnomalyFacets>

export const anomaly = operations({
  listAnomalies: {
    method: 'GET',
    path: '/api/v1/anomalies',
    tag: 'anomalies',
    permission: 'incidents:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'Anomalies, newest first, with how many there are of each kind.',
    query: Page.extend({
      state: z.enum(['ACTIVE', 'ENDED']).optional(),
      entity: EntityId.optional(),
      shape: listOf(AnomalyShape),
      severity: listOf(Severity),
      tier: listOf(DetectionTier),
      /** Within the sentence, the metric's name or the entity's, in any case. */
      text: z.string().max(200).optional(),
      start_time: z.iso.datetime({ offset: true }).optional(),
      end_time: z.iso.datetime({ offset: true }).optional(),
    }),
    response: pageOf(Anomaly).extend({ facets: AnomalyFacets }),
  },
  getAnomaly: {
    method: 'GET',
    path: '/api/v1/anomalies/{id}',
    tag: 'anomalies',
    permission: 'incidents:read',
    errors: ['NOT_FOUND'],
    params: z.object({ id: z.string().min(1).max(64) }),
    summary: 'One anomaly.',
    response: Anomaly,
  },
})
