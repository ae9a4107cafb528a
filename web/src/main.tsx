import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './style.css'
import { router } from './router.tsx'
import { createQueryClient } from './shell/api.ts'
import { LiveProvider } from './shell/live-provider.tsx'
import { startTheme } from './shell/theme.ts'

startTheme()
const host = document.getElementById('root')
if (!host) throw new Error('index.html lacks the element #root.')
createRoot(host).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <LiveProvider>
        <RouterProvider router={router} />
      </LiveProvider>
    </QueryClientProvider>
  </StrictMode>,
)
