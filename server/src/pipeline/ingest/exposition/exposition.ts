import { durationMs } from '@aiops/contract/model/time'
import { labelLimits } from '../label-set.ts'
import type { ProtocolFactory } from '../protocol.ts'
import { ExpositionDecoder } from './exposition-decoder.ts'
import { TargetMemories } from './target-memory.ts'

/** What targets expose, fetched by the scrape keeper: nobody sends it. `memories` are shared with the keeper. */
export const exposition: ProtocolFactory = ({ config, targetMemories = new TargetMemories() }) => ({
  receivers: [],
  readers: {
    exposition: ({ tenant, catalog, config: own }) => {
      const decoder = new ExpositionDecoder(
        tenant,
        catalog,
        {
          labels: labelLimits(own),
          samplesMax: config.items_per_request_max,
          ageMsMax: durationMs(config.remote_write_age_max),
          futureMsMax: durationMs(config.sample_future_max),
        },
        targetMemories,
      )
      return (body, { receivedMs }) => decoder.decode(body, receivedMs)
    },
  },
})
