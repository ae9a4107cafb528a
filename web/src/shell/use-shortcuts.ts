import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { allPlaces } from './place.ts'
import { idle, isTyping, press } from './shortcut.ts'

const targets = allPlaces.map((place) => place.key)

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
      else if (action.type === 'ask') focusQuestion(() => void navigate({ to: '/chat' }))
      else void navigate({ to: allPlaces.find((place) => place.key === action.key)?.to ?? '/' })
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [navigate])
}

/** The field of the page itself comes first, then the one above every page; where there is room for neither, the page to ask on. */
function focusQuestion(otherwise: () => void): void {
  const fields = ['question', 'ask-box'].map((id) => document.getElementById(id))
  const field = fields.find((one) => one !== null && one.offsetParent !== null)
  if (field) field.focus()
  else otherwise()
}
