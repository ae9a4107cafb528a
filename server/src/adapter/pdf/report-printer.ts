import { Worker } from 'node:worker_threads'
import type { ReportPrinter } from '../../port/report-printer.ts'

/** Longest for one report; a hundred pages take about ten seconds. */
const printWithinMs = 120_000

/** Prints in a thread of its own, which lives as long as one report takes: reading fonts alone would hold the process up for a second. */
export function createReportPrinter(): ReportPrinter {
  return {
    print(document) {
      const worker = new Worker(new URL('./print-worker.ts', import.meta.url), {
        workerData: document,
        resourceLimits: { maxOldGenerationSizeMb: 256 },
      })
      return new Promise<Uint8Array>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('printing took too long')), printWithinMs)
        worker.once('message', (bytes: Uint8Array) => resolve(bytes))
        worker.once('error', reject)
        worker.once('exit', () => {
          clearTimeout(timer)
          reject(new Error('printing ended without a document'))
        })
      }).finally(() => worker.terminate())
    },
  }
}
