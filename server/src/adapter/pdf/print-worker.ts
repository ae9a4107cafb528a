import { parentPort, workerData } from 'node:worker_threads'
import type { ReportDocument } from '@aiops/contract/model/report'
import { printReport } from './print.ts'

/** Prints one report and ends. */
const bytes = await printReport(workerData as ReportDocument)
parentPort?.postMessage(bytes)
