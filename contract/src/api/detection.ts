import { z } from 'zod'
import { DetectionTier } from '../model/anomaly.ts'
import {
  DetectionFunnel,
  DetectionReplay,
  DetectionSettings,
  DetectionSettingsInput,
  DetectorState,
  DetectorView,
} from '../model/detection.ts'
import { EntityId } from '../model/entity.ts'
import { Time } from '../model/time.ts'
import { operations } from './operation.ts'
import { Page, pageOf } from './page.ts'

export const detection = operations({
  getDetectionSettings: {
    method: 'GET',
    path: '/api/v1/config/detection',
    tag: 'detection',
    permission: 'detection:read',
    errors: [],
    summary:
      'How anomalies are looked for: defaults, rules by metric, labels or series, and what is shipped.',
    response: DetectionSettings,
  },
  putDetectionSettings: {
    method: 'PUT',
    path: '/api/v1/config/detection',
    tag: 'detection',
    permission: 'detection:write',
    errors: ['VALIDATION_FAILED', 'CONFLICT'],
    summary:
      'Replace the settings as a whole; they apply at once, and nothing that was learned is forgotten. `revision` is the one that was read: CONFLICT where somebody was faster.',
    body: DetectionSettingsInput.extend({ revision: z.number().int().nonnegative() }),
    response: DetectionSettings,
  },
  listDetectors: {
    method: 'GET',
    path: '/api/v1/detectors',
    tag: 'detection',
    permission: 'detection:read',
    errors: ['VALIDATION_FAILED', 'TIMEOUT'],
    summary: 'What the detectors know of each watched series, in the order in which they were first seen.',
    query: Page.extend({
      entity: EntityId.optional(),
      /** Metric name, `*` and `?` as in rules. */
      metric: z.string().min(1).max(256).optional(),
      tier: DetectionTier.optional(),
      state: DetectorState.optional(),
    }),
    response: pageOf(DetectorView),
  },
  getDetectionFunnel: {
    method: 'GET',
    path: '/api/v1/detectors/funnel',
    tag: 'detection',
    permission: 'detection:read',
    errors: ['TIMEOUT'],
    summary: 'How many points each tier looked at and settled, and what that costs.',
    response: DetectionFunnel,
  },
  replayDetection: {
    method: 'POST',
    path: '/api/v1/detection/replay',
    tag: 'detection',
    permission: 'detection:read',
    errors: ['INVALID_REQUEST', 'VALIDATION_FAILED', 'QUEUE_FULL'],
    summary:
      'What other settings would have found in recorded points; nothing is kept. Without settings: what the current ones find.',
    body: z.object({
      from: Time,
      to: Time,
      settings: DetectionSettingsInput.optional(),
      series_max: z.number().int().min(1).max(5_000).default(500),
      repeat: z.number().int().min(1).max(744).default(1),
    }),
    response: DetectionReplay,
  },
})
