import { useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

export const useSettings = () =>
  useQuery({ queryKey: ['settings'], queryFn: () => client.getSettings(), staleTime: 60_000 })
export const usePipeline = () =>
  useQuery({ queryKey: ['pipeline'], queryFn: () => client.getPipeline(), refetchInterval: 2_000 })
export const useHealth = () =>
  useQuery({ queryKey: ['health'], queryFn: () => client.getHealth(), refetchInterval: 5_000 })
