import type { Detect } from '../../../pipeline/detect/index.ts'
import type { Handler } from '../handler-deps.ts'

type DetectionHandlers = {
  [K in
    | 'getDetectionSettings'
    | 'putDetectionSettings'
    | 'listDetectors'
    | 'getDetectionFunnel'
    | 'replayDetection']: Handler<K>
}

/** How anomalies are looked for, and what the detectors know. */
export const detectionHandlers = ({ detect }: { detect: Detect }): DetectionHandlers => ({
  getDetectionSettings: async (_input, { tenant }) => detect.settings(tenant),
  putDetectionSettings: ({ body }, { tenant, actor }) => detect.configure(tenant, body, actor),
  async listDetectors({ query }, { tenant }) {
    const { page, page_size, entity, metric, tier, state } = query
    const { detectors, total } = await detect.detectors(tenant, {
      ...{ entity, metric, tier, state },
      ...{ offset: (page - 1) * page_size, limit: page_size },
    })
    return { items: detectors, total, page, page_size, total_pages: Math.ceil(total / page_size) }
  },
  getDetectionFunnel: (_input, { tenant }) => detect.funnel(tenant),
  replayDetection: ({ body }, { tenant }) =>
    detect.replay(tenant, {
      ...{ fromMs: Date.parse(body.from), toMs: Date.parse(body.to) },
      ...{ settings: body.settings, seriesMax: body.series_max, repeat: body.repeat },
    }),
})
