import { Tabs } from 'radix-ui'
import type { ReactNode } from 'react'

type TabListProps<T extends string> = {
  label: string
  value: T
  onChange: (value: T) => void
  tabs: readonly { value: T; label: string; content: ReactNode }[]
}

/** Tabs whose panels are mounted only while chosen, so that a hidden tab asks nothing of the server. */
export function TabList<T extends string>({ label, value, onChange, tabs }: TabListProps<T>) {
  return (
    <Tabs.Root value={value} onValueChange={(next) => onChange(next as T)}>
      <Tabs.List
        aria-label={label}
        className="mb-4 flex gap-1 overflow-x-auto overflow-y-hidden border-b [scrollbar-width:none]"
      >
        {tabs.map((tab) => (
          <Tabs.Trigger
            key={tab.value}
            value={tab.value}
            ref={tab.value === value ? intoSight : undefined}
            className="-mb-px shrink-0 whitespace-nowrap border-transparent border-b-2 px-3 py-2 font-medium text-ink-soft text-sm hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            {tab.label}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {tabs.map((tab) => (
        <Tabs.Content key={tab.value} value={tab.value} tabIndex={-1} className="outline-none">
          {/* Radix keeps the old panel for a moment, in which it would read the new tab's part of the address as its own. */}
          {tab.value === value && tab.content}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  )
}

/** Where there is no room for all, the chosen one is in sight from the start. */
const intoSight = (tab: HTMLElement | null): void =>
  tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
