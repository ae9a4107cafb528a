import { z } from 'zod'
import { Diagnosis } from '../model/diagnosis.ts'
import { EntityId } from '../model/entity.ts'
import { Incident, IncidentDetail, IncidentStatus, TimelineEvent } from '../model/incident.ts'
import { Severity } from '../model/severity.ts'
import { operations } from './operation.ts'
import { listOf } from './page.ts'

/** An incident's id or its number. */
const params = z.object({ id: z.string().min(1).max(64) })

export const incident = operations({
  listIncidents: {
    method: 'GET',
    path: '/api/v1/incidents',
    tag: 'incidents',
    permission: 'incidents:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'Incidents, newest first unless sorted otherwise.',
    query: z.object({
      status: listOf(IncidentStatus),
      severity: listOf(Severity),
      entity: EntityId.optional(),
      start_time: z.iso.datetime({ offset: true }).optional(),
      end_time: z.iso.datetime({ offset: true }).optional(),
      text: z.string().max(200).optional(),
      sort: z.enum(['-created_at', 'created_at', '-severity', '-updated_at']).default('-created_at'),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      offset: z.coerce.number().int().min(0).default(0),
    }),
    response: z.object({
      incidents: z.array(Incident),
      total: z.number().int(),
      limit: z.number().int(),
      offset: z.number().int(),
    }),
  },
  getIncident: {
    method: 'GET',
    path: '/api/v1/incidents/{id}',
    tag: 'incidents',
    permission: 'incidents:read',
    errors: ['NOT_FOUND'],
    params,
    summary: 'One incident with its timeline, members, latest diagnosis and remediations.',
    response: IncidentDetail,
  },
  setIncidentStatus: {
    method: 'POST',
    path: '/api/v1/incidents/{id}/status',
    tag: 'incidents',
    permission: 'incidents:write',
    errors: ['NOT_FOUND', 'CONFLICT', 'VALIDATION_FAILED'],
    params,
    summary: 'Acknowledge, investigate, resolve, reopen or close.',
    body: z.object({ status: IncidentStatus, comment: z.string().max(4_096).optional() }),
    response: Incident,
  },
  commentIncident: {
    method: 'POST',
    path: '/api/v1/incidents/{id}/comments',
    tag: 'incidents',
    permission: 'incidents:write',
    errors: ['NOT_FOUND', 'VALIDATION_FAILED'],
    params,
    status: 201,
    summary: 'Add a comment to the timeline.',
    body: z.object({ comment: z.string().min(1).max(4_096) }),
    response: TimelineEvent,
  },
  diagnoseIncident: {
    method: 'POST',
    path: '/api/v1/incidents/{id}/diagnose',
    tag: 'incidents',
    permission: 'incidents:write',
    errors: ['NOT_FOUND'],
    params,
    summary: 'Explain the incident again with what is known now.',
    response: Diagnosis,
  },
})
