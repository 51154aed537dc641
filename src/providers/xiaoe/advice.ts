import type { Advice } from '../../adapter-kit/advice.js'

export const xiaoeAdvice: readonly Advice[] = [
  {
    providerCodes: ['2017'],
    text: {
      zh: '请在小鹅通云服务控制台为该应用授予“投诉管理-查询”权限',
      en: "grant the application 投诉管理-查询 in Xiaoe's console (云服务控制台)",
    },
  },
  {
    providerCodes: ['2051'],
    text: {
      zh: '请在小鹅通云服务控制台将本机出口 IP 加入该应用的 IP 白名单',
      en: "add this host's public IP address to the application's IP allow-list in Xiaoe's console (云服务控制台)",
    },
  },
  {
    providerCodes: ['2007', '2008'],
    text: {
      zh: 'access_token 无效或已过期，请更换，或改用 client_id 和 secret_key',
      en: 'the access token is invalid or expired: replace it, or use client_id and secret_key instead',
    },
  },
  {
    providerCodes: ['2052', '2055'],
    text: {
      zh: '该地址没有这个接口，请核对接口地址（baseUrl）',
      en: 'there is no such call at this address: check baseUrl',
    },
  },
  {
    code: 'AUTHENTICATION',
    text: {
      zh: '请核对店铺 app_id、client_id 和 secret_key（见小鹅通云服务控制台）',
      en: "check that app_id, client_id and secret_key are those that Xiaoe's console (云服务控制台) shows for the application",
    },
  },
  {
    code: 'PERMISSION',
    text: {
      zh: '请在小鹅通云服务控制台为该应用授予“投诉管理-查询”权限，并将本机出口 IP 加入白名单',
      en: "grant the application 投诉管理-查询 in Xiaoe's console (云服务控制台), and add this host's public IP address to its IP allow-list",
    },
  },
]
