import { type ReactNode, useEffect } from 'react'

/** A page's heading, which also names the browser's tab. */
export function PageTitle({
  title,
  tab = title,
  children,
}: {
  title: string
  tab?: string
  children?: ReactNode
}) {
  useEffect(() => {
    document.title = `${tab} · AIOps NextGen`
  }, [tab])
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="font-semibold text-xl">{title}</h1>
      {children}
    </div>
  )
}
