import { className } from '../ui/class-name.ts'
import { NotTold } from './gpu-cells.tsx'
import { fieldsOf } from './gpu-field.ts'
import type { GpuRow } from './gpu-row.ts'

const tones = { medium: 'text-medium', critical: 'text-critical' }

/** Every field, with what tells it on hover; those that are not told are said so. */
export function GpuFields({ row: { node, gpu } }: { row: GpuRow }) {
  return (
    <section aria-label="Fields" className="grid gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
      {fieldsOf(gpu, node.source).map(({ title, fields }) => (
        <div key={title} className="min-w-0">
          <h3 className="mb-1 font-semibold">{title}</h3>
          <dl className="divide-y">
            {fields.map(({ label, value, source, tone }) => (
              <div key={label} title={source} className="flex items-baseline gap-3 py-1">
                <dt className="shrink-0 text-ink-mute">{label}</dt>
                <dd className={className('ml-auto min-w-0 break-all text-right', tone && tones[tone])}>
                  {value ?? <NotTold title={`Not told: ${source}`} />}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </section>
  )
}
