// The robot tasks of sequence learning as plain loops over scalars, as one writes them in C++.
// Arguments: task (food or obstacles), rule (ISO or ICO), learning rate, standard deviation of the heading, steps, robots.
// Prints seconds, and of the last robot its place and heading, and its weights.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

using std::vector;

struct Bank {
    vector<double> d1, d2, scale, y1, y2;
    vector<double> x1, x2;
    int n;
    Bank(const vector<double>& f, double Q, int inputs, bool peak = true) : n(f.size()) {
        for (double each : f) {
            double a = M_PI * each / Q, b = std::sqrt(4 * M_PI * M_PI * each * each - a * a);
            d1.push_back(-2 * std::exp(-a) * std::cos(b));
            d2.push_back(std::exp(-2 * a));
        }
        scale.assign(n, 1.0), y1.assign(inputs * n, 0.0), y2 = y1, x1.assign(inputs, 0.0), x2 = x1;
        if (!peak) return;
        Bank other(f, Q, 1, false);
        vector<double> most(n, 0.0), u(n);
        int steps = 3 / *std::min_element(f.begin(), f.end());
        for (int t = 0; t < steps; ++t) {
            double pulse = t == 0;
            other.step(&pulse, u.data());
            for (int k = 0; k < n; ++k) most[k] = std::max(most[k], u[k]);
        }
        scale = most;
    }
    void step(const double* x, double* u) {
        for (size_t j = 0; j < x1.size(); ++j) {
            for (int k = 0; k < n; ++k) {
                size_t i = j * n + k;
                double y = x2[j] - d1[k] * y1[i] - d2[k] * y2[i];
                y2[i] = y1[i], y1[i] = y, u[i] = y / scale[k];
            }
            x2[j] = x1[j], x1[j] = x[j];
        }
    }
};

struct Learner {
    bool iso;
    double mu;
    Bank reflex, predictive;
    vector<vector<double>> W;
    vector<double> rho, c, u0, v, drive, late, early;
    Learner(bool iso, double mu, Bank reflex, Bank predictive, vector<vector<double>> W)
        : iso(iso), mu(mu), reflex(reflex), predictive(predictive), W(W) {
        early.assign(predictive.y1.size(), 0.0), late.assign(reflex.y1.size(), 0.0);
        rho.assign(W.size() * early.size(), 0.0), c = rho;
        u0.assign(W.size(), 0.0), v = u0, drive = u0;
    }
    const double* step(const double* x0, const double* x1) {
        reflex.step(x0, late.data()), predictive.step(x1, early.data());
        size_t m = early.size();
        for (size_t i = 0; i < W.size(); ++i) {
            double d = 0, output;
            for (size_t j = 0; j < late.size(); ++j) d += W[i][j] * late[j];
            output = d;
            for (size_t k = 0; k < m; ++k) output += rho[i * m + k] * early[k];
            double change = iso ? output - v[i] : d - u0[i];
            for (size_t k = 0; k < m; ++k) {
                double product = early[k] * change;
                rho[i * m + k] += mu * (product + c[i * m + k]) / 2;
                c[i * m + k] = product;
            }
            v[i] = output, u0[i] = d;
        }
        return v.data();
    }
};

static vector<double> harmonics(int n) {
    vector<double> f;
    for (int k = 1; k <= n; ++k) f.push_back(0.1 / k);
    return f;
}

struct Robot {
    double x, y, phi;
};

// Two disks that stay, as the comparison of ways asks for.
static Robot food(Learner& learner, double noise, int steps, std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    Robot r{300, 200, 0.3};
    const double disks[2][2] = {{400, 245}, {200, 130}};
    for (int t = 0; t < steps; ++t) {
        double ahead[2] = {std::cos(r.phi), std::sin(r.phi)}, sound = 0, touched[2] = {0, 0};
        for (auto& disk : disks) {
            double far[2];
            for (int s = 0; s < 2; ++s) {
                double side = s ? -5 : 5;
                far[s] = std::hypot(r.x + 10 * ahead[0] - side * ahead[1] - disk[0],
                                    r.y + 10 * ahead[1] + side * ahead[0] - disk[1]);
                if (far[s] < 20) touched[s] = 1;
            }
            double dx = disk[0] - r.x, dy = disk[1] - r.y;
            if (dx * ahead[0] + dy * ahead[1] > 0 && dx * dx + dy * dy < 150 * 150 && far[0] > 1 && far[1] > 1)
                sound += (far[1] - far[0]) / std::sqrt(std::sqrt(far[0] * far[1]));
        }
        double reflex = touched[0] - touched[1];
        double turn = std::clamp(0.002 * learner.step(&reflex, &sound)[0], -0.7, 0.7) + noise * normal(random);
        r.phi += turn, r.x += 0.75 * std::cos(r.phi), r.y += 0.75 * std::sin(r.phi);
        double kept_x = std::clamp(r.x, 15.0, 585.0), kept_y = std::clamp(r.y, 15.0, 385.0);
        if (kept_x != r.x || kept_y != r.y) {
            double in_x = (r.x < 15) - (r.x > 585), in_y = (r.y < 15) - (r.y > 385);
            r = {kept_x, kept_y, std::atan2(in_y, in_x) + M_PI * (std::generate_canonical<double, 53>(random) - 0.5)};
        }
    }
    return r;
}

static Robot avoid(Learner& learner, double noise, int steps, std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    const double width = 600, height = 400, disks[3][3] = {{300, 200, 40}, {450, 120, 25}, {150, 130, 25}};
    Robot r{120, 300, 0.3};
    int ranges[2] = {0, 0}, bumpers[3] = {0, 0, 0}, stuck = 0;
    for (int t = 0; t < steps; ++t) {
        double left = bumpers[0] > 0, right = bumpers[1] > 0, rear = bumpers[2] > 0;
        double reflex[4] = {std::max(left, right), rear, left, right};
        double near[2] = {double(ranges[0] > 0), double(ranges[1] > 0)};
        const double* v = learner.step(reflex, near);
        double cosine = std::cos(r.phi), sine = std::sin(r.phi);
        for (int s = 0; s < 2; ++s) {
            double side = s ? -1 : 1;
            bool on = false;
            for (double f = 9; f < 59 && !on; f += 2)
                for (int k = 1; k <= 9 && !on; ++k) {
                    double px = r.x + f * cosine - side * f * 0.05 * k * sine;
                    double py = r.y + f * sine + side * f * 0.05 * k * cosine;
                    on = px < 5 || px > width - 5 || py < 5 || py > height - 5;
                    for (auto& d : disks) on |= (px - d[0]) * (px - d[0]) + (py - d[1]) * (py - d[1]) < d[2] * d[2];
                }
            ranges[s] = on ? 3 : std::max(ranges[s] - 1, 0);
        }
        double speed = std::clamp(0.75 + v[0], -1.0, 1.0), turn = std::clamp(v[1], -0.7, 0.7) + noise * normal(random);
        double nx = r.x + speed * std::cos(r.phi + turn), ny = r.y + speed * std::sin(r.phi + turn);
        double gap = nx, n[2] = {-1, 0};
        if (width - nx < gap) gap = width - nx, n[0] = 1, n[1] = 0;
        if (ny < gap) gap = ny, n[0] = 0, n[1] = -1;
        if (height - ny < gap) gap = height - ny, n[0] = 0, n[1] = 1;
        for (auto& d : disks) {
            double dx = d[0] - nx, dy = d[1] - ny, far = std::sqrt(dx * dx + dy * dy);
            if (far - d[2] < gap) gap = far - d[2], n[0] = dx / far, n[1] = dy / far;
        }
        bool blocked = gap < 10, front = n[0] * cosine + n[1] * sine >= 0, on_left = cosine * n[1] - sine * n[0] > 0;
        bool hit[3] = {blocked && front && on_left, blocked && front && !on_left, blocked && !front};
        for (int b = 0; b < 3; ++b) bumpers[b] = hit[b] ? 3 : std::max(bumpers[b] - 1, 0);
        stuck = blocked ? stuck + 1 : 0;
        if (!blocked) r = {nx, ny, r.phi + turn};
        if (stuck > 100) r.phi += stuck % 100 < 50 ? M_PI / 2 : -M_PI / 2;
    }
    return r;
}

int main(int count, char** given) {
    if (count != 7) return 2;
    bool eats = !std::strcmp(given[1], "food"), iso = !std::strcmp(given[2], "ISO");
    double mu = std::atof(given[3]), noise = std::atof(given[4]);
    int steps = std::atoi(given[5]), robots = std::atoi(given[6]);
    vector<Learner> learners;
    for (int i = 0; i < robots; ++i)
        if (eats)
            learners.emplace_back(iso, mu, Bank({0.01}, 0.51, 1), Bank(harmonics(5), 0.51, 1), vector<vector<double>>{{1}});
        else
            learners.emplace_back(iso, mu, Bank({0.01}, 0.6, 4), Bank(harmonics(10), 1.0, 2),
                                  vector<vector<double>>{{-0.15, 0.15, 0, 0}, {0, 0, -0.005, 0.005}});
    std::mt19937_64 random(1);
    Robot last{};
    auto start = std::chrono::steady_clock::now();
    for (auto& learner : learners) last = (eats ? food : avoid)(learner, noise, steps, random);
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("%.9g\n%.17g %.17g %.17g\n", seconds, last.x, last.y, last.phi);
    for (double weight : learners.back().rho) std::printf("%.17g ", weight);
    std::printf("\n");
}
