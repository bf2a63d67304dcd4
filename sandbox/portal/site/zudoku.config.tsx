import type { ZudokuConfig } from "zudoku";

// Names without an address, so that nothing is fetched from elsewhere.
const local = (fontFamily: string) => ({ url: "", fontFamily });

const config: ZudokuConfig = {
  site: { title: "Acme developer portal" },
  metadata: { title: "%s - Acme", favicon: "/favicon.svg" },
  navigation: [
    { type: "doc", file: "introduction", label: "Introduction" },
    { type: "link", to: "/api/~endpoints", label: "API" },
  ],
  redirects: [{ from: "/", to: "/introduction" }],
  theme: {
    fonts: {
      sans: local("system-ui, sans-serif"),
      serif: local("serif"),
      mono: local("monospace"),
    },
  },
  authentication: {
    type: "auth0",
    domain: process.env.ZUDOKU_PUBLIC_AUTH0_DOMAIN!,
    clientId: process.env.ZUDOKU_PUBLIC_AUTH0_CLIENT_ID!,
    audience: process.env.ZUDOKU_PUBLIC_AUTH0_AUDIENCE!,
  },
  apiKeys: { enabled: true },
  apis: { type: "file", input: "./apis/gateway.json", path: "/api" },
};

export default config;
