import { z } from 'zod'
import { Anomaly } from '../model/anomaly.ts'
import { EntityId } from '../model/entity.ts'
import { operations } from './operation.ts'
import { Page, pageOf } from './page.ts'

export const anomaly = operations({
  listAnomalies: {
    method: 'GET',
    path: '/api/v1/anomalies',
    tag: 'anomalies',
    permission: 'incidents:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'Anomalies, newest first.',
    query: Page.extend({
      state: z.enum(['ACTIVE', 'ENDED']).optional(),
      entity: EntityId.optional(),
      start_time: z.iso.datetime({ offset: true }).optional(),
    }),
    response: pageOf(Anomaly),
  },
})
