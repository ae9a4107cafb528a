import type { Report, ReportFormat } from '@aiops/contract/model/report'
import type { StoredReport } from '../../../port/report-repository.ts'

const media: Record<ReportFormat, readonly [extension: string, mediaType: string]> = {
  HTML: ['html', 'text/html; charset=utf-8'],
  PDF: ['pdf', 'application/pdf'],
  MARKDOWN: ['md', 'text/markdown; charset=utf-8'],
  JSON: ['json', 'application/json'],
}
export const shown = ({ tenant_id: _, ...report }: StoredReport): Report => report
export const mediaTypeOf = ({ format }: StoredReport): string => media[format][1]
/** What a browser calls it when it is saved. */
export const bytesNameOf = ({ title, format }: StoredReport): string =>
  `${fileName(title)}.${media[format][0]}`

export const pathOf = ({ tenant_id, id, format }: StoredReport): string =>
  `reports/${tenant_id}/${id}.${media[format][0]}`
export const documentPathOf = ({ tenant_id, id }: StoredReport): string =>
  `reports/${tenant_id}/${id}.document.json`

/** Letters, digits and dashes: a title may hold anything. */
const fileName = (title: string): string =>
  title
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80)
    .toLowerCase() || 'report'
