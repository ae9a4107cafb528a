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
      const stroke = {
        key: event.key,
        ctrl: event.ctrlKey,
        meta: event.metaKey,
        alt: event.altKey,
        typing: isTyping(event.target),
        atMs: event.timeStamp,
      }
      const next = press(state, stroke, targets)
      state = next.state
      if (!next.action) return
      event.preventDefault()
      const { action } = next
      if (action.type === 'help') handlers.current.help()
      else if (action.type === 'palette') handlers.current.palette()
      else void navigate({ to: places.find((place) => place.key === action.key)?.to ?? '/' })
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [navigate])
}
