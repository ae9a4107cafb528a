import type { Allocation } from '@aiops/contract/model/allocation'
import type { Allocations } from './use-cost.ts'

const columns = [
  ...([
    'name',
    'start',
    'end',
    'cpu_core_hours',
    'gpu_hours',
    'ram_byte_hours',
    'cpu_usd',
    'ram_usd',
  ] as const),
  ...(['gpu_usd', 'storage_usd', 'network_usd', 'load_balancer_usd', 'shared_usd', 'idle_usd'] as const),
  ...(['external_usd', 'total_usd', 'efficiency'] as const),
] satisfies (keyof Allocation)[]

/** What the table shows, as RFC 4180; what is not known is an empty field. */
export const allocationCsv = ({ allocations }: Pick<Allocations, 'allocations'>): string =>
  [
    [...columns, 'missing'].join(','),
    ...allocations.map((one) =>
      [...columns.map((name) => one[name]), one.missing.join(' ')].map(field).join(','),
    ),
  ].join('\r\n')

/** Names come from clusters: what a spreadsheet would run as a formula is quoted away. */
function field(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
