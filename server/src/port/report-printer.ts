import type { ReportDocument } from '@aiops/contract/model/report'

/** Prints a report as PDF. Pure but for the fonts it reads; the same document gives the same pages. */
export interface ReportPrinter {
  print(document: ReportDocument): Promise<Uint8Array>
}
