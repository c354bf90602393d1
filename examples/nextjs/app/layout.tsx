import { AssistersChat } from '@assisters/react';
import type { ReactNode } from 'react';

export const metadata = { title: 'Shop' };

/** A server component: the chat is on every page, and its conversation survives navigation. */
export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        {children}
        <AssistersChat
          publishableKey={process.env.NEXT_PUBLIC_ASSISTERS_KEY ?? 'pk_live_…'}
          apiUrl={process.env.NEXT_PUBLIC_ASSISTERS_URL ?? 'https://chat.example.com/v1'}
        />
      </body>
    </html>
  );
}
