import Link from 'next/link';

export default function Page() {
  return (
    <h1>
      Shop <Link href="/about">About us</Link>
    </h1>
  );
}
