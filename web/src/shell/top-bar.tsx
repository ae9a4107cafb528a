import { defaultTenant } from '@aiops/contract/model/tenant'
import { CircleHelp, Search } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { localZone } from '../ui/clock-text.ts'
import { AskBox } from './ask-box.tsx'
import { LiveIndicator } from './live-indicator.tsx'
import { ThemeToggle } from './theme-toggle.tsx'

type TopBarProps = { host: string | undefined; onPalette: () => void; onHelp: () => void }

export function TopBar({ host, onPalette, onHelp }: TopBarProps) {
  const zone = localZone(Date.now())
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-b bg-surface px-3 sm:gap-4 sm:px-5">
      <img src="/favicon.svg" alt="AIOps NextGen" className="size-6 sm:hidden" />
      <button
        type="button"
        onClick={onPalette}
        className="flex h-8 min-w-0 max-w-80 flex-1 items-center gap-2 rounded-md border border-line-strong bg-canvas px-2.5 text-ink-mute hover:text-ink"
      >
        <Search aria-hidden className="size-4 shrink-0" />
        <span className="truncate">Page, incident or service</span>
        <kbd className="ml-auto hidden shrink-0 whitespace-nowrap rounded border bg-surface px-1.5 font-mono text-xs md:inline">
          Ctrl K
        </kbd>
      </button>
      <AskBox />
      <div className="ml-auto flex items-center gap-3">
        <dl className="hidden items-center gap-4 text-xs lg:flex">
          <div className="flex gap-1.5">
            <dt className="text-ink-mute">Tenant</dt>
            <dd className="font-medium">{defaultTenant}</dd>
          </div>
          <div
            className="flex gap-1.5"
            title={`Times are those of ${zone.name}; the exact time in UTC is shown on hover.`}
          >
            <dt className="text-ink-mute">Times</dt>
            <dd className="whitespace-nowrap font-medium">{zone.text}</dd>
          </div>
          <div className="flex gap-1.5">
            <dt className="text-ink-mute">Host</dt>
            <dd className="max-w-48 truncate font-medium" title={host}>
              {host ?? location.hostname}
            </dd>
          </div>
        </dl>
        <LiveIndicator />
        <div className="flex">
          <ThemeToggle />
          <Button
            look="quiet"
            size="icon"
            aria-label="Keyboard shortcuts (?)"
            title="Keyboard shortcuts (?)"
            onClick={onHelp}
            className="hidden sm:inline-flex"
          >
            <CircleHelp aria-hidden />
          </Button>
        </div>
      </div>
    </header>
  )
}
