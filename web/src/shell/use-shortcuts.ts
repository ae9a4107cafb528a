import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { places } from './place.ts'
import { idle, isTyping, press } from './shortcut.ts'

const targets = places.map((place) => place.key)

export function useShortcuts(open: { help: () => void; palette: () => void }): void {
  const navigate = useNavigate()
  const handlers = useRef(open)
  handlers.current = open
  useEffect(() => {
    let state = idle
    const onKey = (event: KeyboardEvent): void => {
      if (event.repeat || event.isComposing) return
      const stroke = { key: event.key, ctrl: event.ctrlKey, meta: event.metaKey, alt: event.altKey, typing: isTyping(event.target), atMs: event.timeStamp }
      const next = press(state, stroke, targets)
      state = next.state
      if (!next.action) return
      event.preventDefault()
      if (next.action.type === 'help') return handlers.current.help()
      if (next.action.type === 'palette') return handlers.current.palette()
      const { key } = next.action
      const place = places.find((one) => one.key === key)
      if (place) void navigate({ to: place.to })
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [navigate])
}
