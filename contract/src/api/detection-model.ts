import { z } from 'zod'
import { Correction, DetectionModel, ModelDrift, ModelVersion } from '../model/detection-model.ts'
import { Time } from '../model/time.ts'
import { operations } from './operation.ts'

const id = z.string().min(1).max(64)
const params = z.object({ id })
const ofVersion = z.object({ id, number: z.coerce.number().int().min(1) })
const comment = z.string().max(2_000).default('')

export const detectionModel = operations({
  listCorrections: {
    method: 'GET',
    path: '/api/v1/detection/corrections',
    tag: 'detection',
    permission: 'detection:read',
    errors: [],
    summary: 'What was learned from labels and is in force now, with the labels behind each.',
    response: z.object({
      version: z.number().int().nullable(),
      /** A candidate on its way is applied to so many percent of the series. */
      candidate: z.object({ version: z.number().int(), percent: z.number().int() }).nullable(),
      corrections: z.array(Correction.extend({ version: z.number().int(), active: z.boolean() })),
      at: Time,
    }),
  },
  listDetectionModels: {
    method: 'GET',
    path: '/api/v1/detection/models',
    tag: 'detection',
    permission: 'detection:read',
    errors: [],
    summary: 'What detection has learned or was given, each a model with versions.',
    response: z.object({ models: z.array(DetectionModel) }),
  },
  getDetectionModel: {
    method: 'GET',
    path: '/api/v1/detection/models/{id}',
    tag: 'detection',
    permission: 'detection:read',
    errors: ['NOT_FOUND'],
    summary: 'One model.',
    params,
    response: DetectionModel,
  },
  listModelVersions: {
    method: 'GET',
    path: '/api/v1/detection/models/{id}/versions',
    tag: 'detection',
    permission: 'detection:read',
    errors: ['NOT_FOUND'],
    summary: 'Versions of a model, newest first: the one in force and the five before it are kept.',
    params,
    response: z.object({ versions: z.array(ModelVersion) }),
  },
  getModelVersion: {
    method: 'GET',
    path: '/api/v1/detection/models/{id}/versions/{number}',
    tag: 'detection',
    permission: 'detection:read',
    errors: ['NOT_FOUND'],
    summary: 'One version with its document.',
    params: ofVersion,
    response: ModelVersion.extend({ document: z.unknown() }),
  },
  rebuildModelVersion: {
    method: 'GET',
    path: '/api/v1/detection/models/{id}/versions/{number}/rebuild',
    tag: 'detection',
    permission: 'detection:read',
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: 'Train a version again from the inputs that were kept, and compare byte by byte.',
    params: ofVersion,
    response: z.object({ same: z.boolean(), sha256: z.string(), rebuilt_sha256: z.string() }),
  },
  trainModel: {
    method: 'POST',
    path: '/api/v1/detection/models/{id}/train',
    tag: 'detection',
    permission: 'detection:write',
    status: 201,
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: 'Train a candidate now; CONFLICT where the labels teach what is in force already.',
    params,
    body: z.object({ comment }),
    response: ModelVersion,
  },
  promoteModelVersion: {
    method: 'POST',
    path: '/api/v1/detection/models/{id}/versions/{number}/promote',
    tag: 'detection',
    permission: 'detection:write',
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: 'Put a version in force for all series at once, without waiting for its roll-out.',
    params: ofVersion,
    body: z.object({ comment }),
    response: ModelVersion,
  },
  rollbackModel: {
    method: 'POST',
    path: '/api/v1/detection/models/{id}/rollback',
    tag: 'detection',
    permission: 'detection:write',
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary:
      'Take back a candidate on its way, or else the champion: the one before it is in force again, or none.',
    params,
    body: z.object({ comment }),
    response: DetectionModel,
  },
  getModelDrift: {
    method: 'GET',
    path: '/api/v1/detection/models/{id}/drift',
    tag: 'detection',
    permission: 'detection:read',
    errors: ['NOT_FOUND'],
    summary: 'How far what is seen now lies from what the champion was trained on.',
    params,
    response: ModelDrift,
  },
})
