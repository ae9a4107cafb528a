import { labelLimits } from '../label-set.ts'
import type { ProtocolFactory } from '../protocol.ts'
import { HostDecoder } from './host-reading.ts'

/** Readings taken in this process: nobody sends them, but the log holds them like everybody's. */
export const host: ProtocolFactory = ({ config }) => ({
  receivers: [],
  readers: {
    points: ({ tenant, catalog }) => {
      const decoder = new HostDecoder(tenant, catalog, {
        labels: labelLimits(config),
        samplesMax: config.items_per_request_max,
      })
      return (body) => {
        const { columns, rejections } = decoder.decode(body)
        return { samples: columns, rejections }
      }
    },
  },
})
