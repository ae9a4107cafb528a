import type { Finding } from '@aiops/contract/model/finding'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { className } from '../ui/class-name.ts'
import { Moment } from '../ui/moment.tsx'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { objectText } from './object-text.ts'

type FindingRowProps = {
  finding: Finding
  height: number
  chosen: boolean
  /** Beside the list, where there is room; else its own page. */
  onChoose: ((id: string) => void) | undefined
}

export const FindingRow = memo(function FindingRow({ finding, height, chosen, onChoose }: FindingRowProps) {
  const { id, title, causes, cluster_name: cluster } = finding
  return (
    <tr
      style={{ height }}
      className={className(
        'overflow-hidden border-b hover:bg-sunken/60 max-md:grid max-md:grid-cols-[auto_1fr_auto] max-md:content-center max-md:gap-x-3 max-md:px-3 md:table-row',
        chosen && 'bg-accent-soft hover:bg-accent-soft',
      )}
    >
      <td className="md:pl-4">
        <SeverityBadge severity={finding.severity} />
      </td>
      <td className="min-w-0 max-md:order-last max-md:col-span-3 md:pr-4">
        <Link
          to="/findings/$id"
          params={{ id }}
          data-row-link
          title={title}
          aria-current={chosen ? 'true' : undefined}
          onClick={(event) => {
            if (!onChoose || event.metaKey || event.ctrlKey || event.shiftKey) return
            event.preventDefault()
            onChoose(id)
          }}
          className="line-clamp-2 font-medium hover:underline md:block md:truncate"
        >
          {title}
        </Link>
        <p className="truncate text-ink-mute text-xs" title={causes[0]?.text}>
          <span className="@4xl:hidden">{objectText(finding.object)}</span>
          <span className="@2xl:hidden max-md:hidden"> · {cluster}</span>
          {causes[0] && (
            <>
              <span className="@4xl:hidden"> · </span>
              <span className="text-ink-soft">because {causes[0].text}</span>
            </>
          )}
        </p>
      </td>
      <td className="@4xl:table-cell hidden truncate pr-4 text-ink-soft" title={objectText(finding.object)}>
        <span className="text-ink-mute">{finding.object.kind}</span>
        <br />
        {finding.object.namespace && `${finding.object.namespace}/`}
        {finding.object.name}
      </td>
      <td
        className="@2xl:md:table-cell truncate text-ink-soft max-md:text-xs md:hidden md:pr-4"
        title={cluster}
      >
        {cluster}
      </td>
      <td className="whitespace-nowrap text-ink-soft max-md:text-xs md:pr-4">
        <Moment at={finding.since ?? finding.found_at} form="ago" />
      </td>
    </tr>
  )
})
